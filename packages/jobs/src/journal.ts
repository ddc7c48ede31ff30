// What is stored of runs, and how it may change: every change is one transaction, and only its worker changes a run at work.
import { randomBytes } from 'node:crypto';
import type { Database, Row } from './database.ts';
import { isEnd, type ListOptions, type Run, type RunError, type RunEvent, type RunEventBody } from './engine.ts';

/** A run in the journal: `n` orders runs by their start. */
export interface StoredRun {
  readonly n: number;
  readonly run: Run;
  /** Somebody asked it to end. */
  readonly cancelled: boolean;
}

/** A run to be stored. */
export interface NewRun {
  readonly job: string;
  readonly owner: string | undefined;
  /** JSON. */
  readonly input: string;
  readonly idempotencyKey: string | undefined;
  readonly retryOf: string | undefined;
}

/** What is stored of a job with each of its runs, for whoever finds them after their process ended. */
export interface JobTerms {
  readonly concurrency: number;
  readonly resumes: boolean;
  readonly maxKills: number;
}

/** An event to be stored: its body as JSON, and the key of which only the last one is kept ('' keeps all). */
export interface NewEvent {
  readonly key: string;
  readonly body: string;
}

const at = (ms: unknown): Date | undefined => (ms === null ? undefined : new Date(Number(ms)));

/** The runs of one store. */
export class Journal {
  readonly db: Database;
  readonly #maxLogLines: number;
  readonly #keep: number;

  constructor(db: Database, options: { readonly maxLogLines: number; readonly keep: number }) {
    this.db = db;
    this.#maxLogLines = options.maxLogLines;
    this.#keep = options.keep;
  }

  /** Stores a run, or gives the one that has its key already. */
  add(run: NewRun): { readonly stored: StoredRun; readonly isNew: boolean } {
    return this.db.write(() => {
      const { job, owner = '', input, idempotencyKey = null, retryOf = null } = run;
      if (idempotencyKey !== null) {
        const known = this.db.first(
          'SELECT * FROM runs WHERE job = ? AND starter = ? AND idempotency_key = ?',
          job,
          owner,
          idempotencyKey,
        );
        if (known) return { stored: storedRun(known), isNew: false };
      }
      const id = randomBytes(12).toString('hex');
      this.db.run(
        "INSERT INTO runs (id, job, starter, status, input, idempotency_key, retry_of, created_at) VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?)",
        id,
        job,
        owner,
        input,
        idempotencyKey,
        retryOf,
        Date.now(),
      );
      if (retryOf !== null)
        this.db.run(
          'INSERT INTO steps SELECT (SELECT n FROM runs WHERE id = ?), name, output FROM steps WHERE run = (SELECT n FROM runs WHERE id = ?)',
          id,
          retryOf,
        );
      return { stored: this.find(id)!, isNew: true };
    });
  }

  find(id: string): StoredRun | undefined {
    const row = this.db.first('SELECT * FROM runs WHERE id = ?', id);
    return row && storedRun(row);
  }

  list(options: ListOptions): readonly Run[] {
    const { job, owner, status, limit = 100, before } = options;
    return this.db
      .all(
        `SELECT * FROM runs WHERE (?1 IS NULL OR job = ?1) AND (?2 = 1 OR starter = ?3) AND (?4 IS NULL OR status = ?4)
         AND (?5 IS NULL OR n < (SELECT n FROM runs WHERE id = ?5)) ORDER BY n DESC LIMIT ?6`,
        job ?? null,
        'owner' in options ? 0 : 1,
        owner ?? '',
        status ?? null,
        before ?? null,
        limit,
      )
      .map(row => storedRun(row).run);
  }

  /** Gives a waiting run of the job to a worker, the oldest first, unless enough run already. */
  claim(job: string, worker: string, terms: JobTerms): StoredRun | undefined {
    // Looked at without a lock first: this is asked often, and there is mostly nothing.
    if (!this.db.first("SELECT 1 FROM runs WHERE status = 'waiting' AND job = ?", job)) return undefined;
    return this.db.write(() => {
      const { running } = this.db.first(
        "SELECT count(*) AS running FROM runs WHERE status = 'running' AND job = ?",
        job,
      )!;
      if (Number(running) >= terms.concurrency) return undefined;
      const next = this.db.first("SELECT n FROM runs WHERE status = 'waiting' AND job = ? ORDER BY n LIMIT 1", job);
      if (!next) return undefined;
      this.db.run(
        `UPDATE runs SET status = 'running', worker = ?, attempt = attempt + 1, resumes = ?, max_kills = ?,
         started_at = coalesce(started_at, ?) WHERE n = ?`,
        worker,
        terms.resumes ? 1 : 0,
        terms.maxKills,
        Date.now(),
        next.n!,
      );
      const stored = storedRun(this.db.first('SELECT * FROM runs WHERE n = ?', next.n!)!);
      this.#append(stored.n, [{ key: 'started', body: bodyOf({ type: 'started', attempt: stored.run.attempt }) }]);
      return stored;
    });
  }

  /** Stores events of a run at work. Gives `false` where it is not this worker's any more. */
  append(n: number, worker: string, events: readonly NewEvent[], progress: string | undefined): boolean {
    return this.db.write(() => {
      if (!this.#isAtWork(n, worker)) return false;
      if (progress !== undefined) this.db.run('UPDATE runs SET progress = ? WHERE n = ?', progress, n);
      this.#append(n, events);
      return true;
    }, false);
  }

  /** Stores the result of a step. Gives `false` as {@link append}. */
  addStep(n: number, worker: string, name: string, output: string): boolean {
    return this.db.write(() => {
      if (!this.#isAtWork(n, worker)) return false;
      this.db.run('INSERT INTO steps (run, name, output) VALUES (?, ?, ?)', n, name, output);
      this.#append(n, [{ key: '', body: bodyOf({ type: 'step', name }) }]);
      return true;
    });
  }

  step(n: number, name: string): string | undefined {
    return this.db.first('SELECT output FROM steps WHERE run = ? AND name = ?', n, name)?.output as string | undefined;
  }

  output(id: string): unknown {
    const output = this.db.first('SELECT output FROM runs WHERE id = ?', id)?.output;
    return typeof output === 'string' ? JSON.parse(output) : undefined;
  }

  /**
   * Ends a run at work. Who asked for its end in time gets it: a result that came after that is dropped.
   */
  end(n: number, worker: string, status: Run['status'], output: string | null, error: RunError | undefined): boolean {
    return this.db.write(() => {
      const row = this.#isAtWork(n, worker);
      if (!row) return false;
      const isCancelled = row.cancelled === 1;
      this.#end(n, isCancelled ? 'cancelled' : status, isCancelled ? null : output, isCancelled ? undefined : error);
      return true;
    });
  }

  /** Asks a run to end. One that waits has ended with this. */
  cancel(id: string): boolean {
    return this.db.write(() => {
      const stored = this.find(id);
      if (!stored || isEnd(stored.run.status)) return false;
      this.db.run('UPDATE runs SET cancelled = 1 WHERE n = ?', stored.n);
      if (stored.run.status === 'waiting') this.#end(stored.n, 'cancelled', null, undefined);
      return true;
    });
  }

  isCancelled(n: number): boolean {
    return this.db.first('SELECT cancelled FROM runs WHERE n = ?', n)?.cancelled === 1;
  }

  /** The workers of all runs at work. */
  workers(): readonly string[] {
    return this.db
      .all("SELECT DISTINCT worker FROM runs WHERE status = 'running' AND worker IS NOT NULL")
      .map(row => String(row.worker));
  }

  /** Takes the runs of a worker that is gone: they wait again, or end. `wasKilled` counts against `maxKills`. */
  release(worker: string, wasKilled: boolean): void {
    this.db.write(() => {
      for (const row of this.db.all("SELECT * FROM runs WHERE status = 'running' AND worker = ?", worker)) {
        const n = Number(row.n);
        const kills = Number(row.kills) + (wasKilled ? 1 : 0);
        if (row.cancelled === 1) this.#end(n, 'cancelled', null, undefined);
        else if (row.resumes === 1 && kills < Number(row.max_kills))
          this.db.run("UPDATE runs SET status = 'waiting', worker = NULL, kills = ? WHERE n = ?", kills, n);
        else {
          const message =
            row.resumes === 1
              ? `Its process ended ${kills} times while it ran. Look why, then retry it.`
              : 'Its process ended while it ran. Retry it.';
          this.#end(n, 'interrupted', null, { reason: { tag: 'interrupted' }, message });
        }
      }
    });
  }

  events(n: number, after: number): readonly RunEvent[] {
    return this.db
      .all('SELECT seq, at, body FROM events WHERE run = ? AND seq > ? ORDER BY seq', n, after)
      .map(row => ({
        ...(JSON.parse(String(row.body)) as RunEventBody),
        seq: Number(row.seq),
        at: new Date(Number(row.at)),
      }));
  }

  #isAtWork(n: number, worker: string): Row | undefined {
    return this.db.first("SELECT cancelled FROM runs WHERE n = ? AND worker = ? AND status = 'running'", n, worker);
  }

  #append(n: number, events: readonly NewEvent[]): void {
    let seq = Number(this.db.first('SELECT next_seq FROM runs WHERE n = ?', n)!.next_seq);
    const now = Date.now();
    for (const { key, body } of events) {
      if (key !== '' && key !== 'log') this.db.run('DELETE FROM events WHERE run = ? AND key = ?', n, key);
      this.db.run('INSERT INTO events (run, seq, at, key, body) VALUES (?, ?, ?, ?, ?)', n, seq++, now, key, body);
    }
    this.db.run('UPDATE runs SET next_seq = ? WHERE n = ?', seq, n);
    if (events.some(({ key }) => key === 'log'))
      this.db.run(
        `DELETE FROM events WHERE run = ?1 AND key = 'log' AND seq <=
         (SELECT seq FROM events WHERE run = ?1 AND key = 'log' ORDER BY seq DESC LIMIT 1 OFFSET ?2)`,
        n,
        this.#maxLogLines,
      );
  }

  #end(n: number, status: Run['status'], output: string | null, error: RunError | undefined): void {
    this.db.run(
      'UPDATE runs SET status = ?, output = ?, error = ?, worker = NULL, ended_at = ? WHERE n = ?',
      status,
      output,
      error ? JSON.stringify(error) : null,
      Date.now(),
      n,
    );
    this.#append(n, [{ key: '', body: bodyOf({ type: 'ended', status, ...(error && { error }) }) }]);
    // Nobody needs the steps of a run that is done: it is neither taken up again nor retried, and they may be large.
    if (status === 'done') this.db.run('DELETE FROM steps WHERE run = ?', n);
    // Of runs that are over only the last ones are kept, of each job.
    this.db.run(
      `DELETE FROM runs WHERE n IN (SELECT n FROM runs WHERE job = (SELECT job FROM runs WHERE n = ?1)
       AND status NOT IN ('waiting', 'running') ORDER BY n DESC LIMIT -1 OFFSET ?2)`,
      n,
      this.#keep,
    );
  }
}

const bodyOf = (body: RunEventBody): string => JSON.stringify(body);

function storedRun(row: Row): StoredRun {
  const run: Run = {
    id: String(row.id),
    job: String(row.job),
    owner: row.starter === '' ? undefined : String(row.starter),
    status: row.status as Run['status'],
    input: JSON.parse(String(row.input)),
    attempt: Number(row.attempt),
    createdAt: new Date(Number(row.created_at)),
    startedAt: at(row.started_at),
    endedAt: at(row.ended_at),
    progress: row.progress === null ? undefined : JSON.parse(String(row.progress)),
    error: row.error === null ? undefined : JSON.parse(String(row.error)),
    retryOf: row.retry_of === null ? undefined : String(row.retry_of),
  };
  return { n: Number(row.n), run, cancelled: row.cancelled === 1 };
}
