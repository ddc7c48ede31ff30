// The tables of the file of runs.

/** Tells the file from other SQLite databases: "MsJb". */
export const applicationId = 0x4d734a62;
export const schemaVersion = 1;

/** `starter` is the owner of a run, '' for nobody: NULLs would make the unique index useless. `worker`: who works on it. */
export const schema = `
CREATE TABLE runs (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  job TEXT NOT NULL,
  starter TEXT NOT NULL,
  status TEXT NOT NULL,
  input TEXT NOT NULL,
  output TEXT,
  error TEXT,
  attempt INTEGER NOT NULL DEFAULT 0,
  kills INTEGER NOT NULL DEFAULT 0,
  cancelled INTEGER NOT NULL DEFAULT 0,
  resumes INTEGER NOT NULL DEFAULT 0,
  max_kills INTEGER NOT NULL DEFAULT 0,
  worker TEXT,
  idempotency_key TEXT,
  retry_of TEXT,
  created_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  progress TEXT,
  next_seq INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX runs_by_key ON runs (job, starter, idempotency_key) WHERE idempotency_key IS NOT NULL;
CREATE INDEX runs_by_status ON runs (status, job, n);
CREATE TABLE steps (
  run INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
  name TEXT NOT NULL,
  output TEXT NOT NULL,
  PRIMARY KEY (run, name)
) WITHOUT ROWID;
CREATE TABLE events (
  run INTEGER NOT NULL REFERENCES runs (n) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  at INTEGER NOT NULL,
  key TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (run, seq)
) WITHOUT ROWID;
CREATE INDEX events_by_key ON events (run, key, seq);
`;
