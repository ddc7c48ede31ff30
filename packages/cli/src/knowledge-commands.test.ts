// index, search, ask and eval-retrieval as a person runs them: offline, over files in English and Chinese, and on the repository's own pages.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nanoDirectory } from '@modeshift/nano';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCli } from './run-cli.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const fixtures = path.join(root, 'packages/providers/local/fixtures');
const embedderFolder = path.join(fixtures, 'bert-mean');
const scratch = mkdtempSync(path.join(tmpdir(), 'modeshift-knowledge-'));
const files = path.join(scratch, 'files');
const store = path.join(scratch, 'base', 'knowledge.db');

async function run(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const text = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof text) => ({
    write: (piece: string) => {
      text[name] += piece;
    },
  });
  const code = await runCli(args, { stdout: sink('stdout'), stderr: sink('stderr') });
  return { code, ...text };
}

interface SearchJson {
  readonly mode: string;
  readonly hits: readonly {
    readonly source: string;
    readonly span: { readonly start: number; readonly end: number };
    readonly text: string;
    readonly score: number;
    readonly steps: Readonly<Record<string, { readonly rank: number }>>;
  }[];
}

beforeAll(() => {
  // No checkpoint and no key of whoever runs this.
  vi.stubEnv('HF_HUB_CACHE', path.join(scratch, 'hub'));
  vi.stubEnv('OPENAI_API_KEY', '');
  mkdirSync(path.join(files, 'zh'), { recursive: true });
  writeFileSync(
    path.join(files, 'zh', '退款.md'),
    '# 退款\n\n七天内可以退款。定制商品不退。\n\n退款在三个工作日内到账。\n',
  );
  writeFileSync(path.join(files, 'hours.md'), '# Opening hours\n\nThe shop opens at 9:30 and closes at 18:00.\n');
  writeFileSync(path.join(files, 'broken.docx'), 'no zip');
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(scratch, { recursive: true, force: true });
});

describe('modeshift index, search, ask', () => {
  it('indexes a folder, says what it could not read, and leaves alone what is unchanged', async () => {
    const first = await run('index', files, '--store', store);
    expect([first.code, first.stdout]).toEqual([
      0,
      expect.stringContaining('2 added, 0 changed, 0 unchanged, 1 not read'),
    ]);
    expect(first.stderr).toContain('Words only: there is no embedding model here.');
    expect(first.stderr).toContain('broken.docx: ');
    const again = JSON.parse((await run('index', files, '--store', store, '--json', '--quiet')).stdout);
    expect(again).toMatchObject({ added: 0, unchanged: 2, chunks: { written: 0 } });
    expect(again.failed).toMatchObject([{ source: expect.stringContaining('broken.docx'), reason: 'invalid-input' }]);
  });

  it('finds passages, as text and as JSON', async () => {
    const { code, stdout } = await run('search', '几天内可以退款？', '--store', store, '-k', '1', '--json');
    const { hits, mode } = JSON.parse(stdout) as SearchJson;
    expect([code, mode, hits.length]).toEqual([0, 'lexical', 1]);
    expect(hits[0]!.source).toBe(`${files}/zh/退款.md`);
    const text = readFileSync(path.join(files, 'zh', '退款.md'), 'utf8');
    expect(text.slice(hits[0]!.span.start, hits[0]!.span.end)).toBe(hits[0]!.text);
    expect(hits[0]!.steps.lexical!.rank).toBe(1);
    const plain = await run('search', 'when', 'does the', 'shop open', '--store', store, '--quiet');
    expect(plain.stdout).toMatch(/^1\. .*hours\.md:1 {2}Opening hours {2}\(/);
    expect((await run('search', 'zzz', '--store', store)).stdout).toBe('Nothing was found.\n');
  });

  it('answers with citations, or says that the sources have none', async () => {
    const { code, stdout, stderr } = await run('ask', '退款几天到账？', '--store', store);
    expect([code, stderr]).toEqual([0, expect.stringContaining('Without --model, sentences of the sources')]);
    expect(stdout).toContain('退款在三个工作日内到账。[1]');
    expect(stdout).toMatch(/\n\[1\] .*退款\.md:\d+ “退款在三个工作日内到账。”\n/);
    const english = await run('ask', 'When does the shop open?', '--store', store, '--json', '--quiet');
    expect(JSON.parse(english.stdout)).toMatchObject({
      status: 'answered',
      citations: [{ check: 'exact', source: { documentId: `${files}/hours.md` } }],
      passages: [{ number: 1, source: `${files}/hours.md` }],
    });
    const none = await run('ask', 'Who painted the ceiling in Rome?', '--store', store);
    expect([none.code, none.stdout]).toEqual([0, 'The sources do not have an answer to this question.\n']);
  });

  it('lets a checkpoint write the answer', async () => {
    const options = ['--store', store, '-k', '1', '--quiet'];
    const { code, stdout } = await run(
      'ask',
      '几天内可以退款？',
      ...options,
      '--json',
      '--model',
      await nanoDirectory(),
    );
    const answer = JSON.parse(stdout) as { status: string; usage: { outputTokens: number }; steps: { name: string }[] };
    // A tiny model: what it writes is its own affair, what is said of it is not.
    expect([code, answer.status]).toEqual([0, expect.stringMatching(/^(answered|unsupported|not-found)$/)]);
    expect([answer.usage.outputTokens > 0, answer.steps.at(-1)!.name]).toEqual([true, 'generate']);
    const tiny = await run('ask', '几天内可以退款？', ...options, '--model', path.join(fixtures, 'qwen2'));
    expect([tiny.code, tiny.stderr]).toEqual([1, expect.stringContaining("the model's context is")]);
  });

  it('uses vectors where the knowledge base has some, and says where their model is missing', async () => {
    const own = path.join(scratch, 'vectors.db');
    const indexed = await run('index', files, '--store', own, '--embedder', embedderFolder, '--json');
    expect(JSON.parse(indexed.stdout).chunks.embedded).toBeGreaterThan(1);
    const found = await run('search', '退款', '--store', own, '--json');
    const { mode, hits } = JSON.parse(found.stdout) as SearchJson;
    expect([mode, Object.keys(hits[0]!.steps)]).toEqual(['hybrid', ['lexical', 'vector', 'fuse']]);
    const words = await run('search', '退款', '--store', own, '--mode', 'lexical', '--json');
    expect(JSON.parse(words.stdout).mode).toBe('lexical');
    const moved = path.join(scratch, 'moved');
    cpSync(embedderFolder, moved, { recursive: true });
    expect(
      (await run('index', files, '--store', path.join(scratch, 'm.db'), '--embedder', moved, '--quiet')).code,
    ).toBe(0);
    rmSync(moved, { recursive: true });
    const gone = await run('search', '退款', '--store', path.join(scratch, 'm.db'));
    expect([gone.code, gone.stderr]).toEqual([0, expect.stringContaining('which is not here')]);
    const other = await run('search', '退款', '--store', store, '--embedder', embedderFolder);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('has no vectors of')]);
  });

  it('lets no document write to the terminal as it likes', async () => {
    const own = path.join(scratch, 'hostile.db');
    const file = path.join(scratch, 'hostile.md');
    writeFileSync(file, '敌意的 \u001b]0;title\u0007\u001b[2J \u009b退款七天\u202e内。\n');
    await run('index', file, '--store', own, '--quiet');
    for (const command of ['search', 'ask']) {
      const { stdout } = await run(command, '退款几天', '--store', own, '--quiet');
      expect(stdout).toContain(']0;title[2J 退款七天内。');
      const json = (await run(command, '退款几天', '--store', own, '--json')).stdout;
      expect(JSON.stringify(JSON.parse(json))).toContain('\u009b退款七天\u202e内。');
      expect([...stdout, ...json].filter(one => one !== '\n' && /[\p{Cc}\u202e]/u.test(one))).toEqual([]);
    }
  });

  it('deletes what is gone, and shows beforehand what would be done', async () => {
    const own = path.join(scratch, 'prune.db');
    await run('index', files, '--store', own, '--quiet');
    const hours = path.join(files, 'hours.md');
    const dry = await run('index', hours, '--store', own, '--prune', '--dry-run');
    expect(dry.stdout).toMatch(/^Would be: 0 added, 0 changed, 1 unchanged, 1 deleted/);
    const done = JSON.parse((await run('index', hours, '--store', own, '--prune', '--json', '--quiet')).stdout);
    expect(done).toMatchObject({ unchanged: 1, deleted: 1 });
  });

  it('says that texts would leave the machine, even when it is to be quiet', async () => {
    vi.stubEnv('OPENAI_API_KEY', 'sk-not-a-key');
    try {
      const own = path.join(scratch, 'hosted.db');
      const dry = await run('index', files, '--store', own, '--dry-run', '--quiet', '--json');
      expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining('the texts are sent to OpenAI')]);
      expect(JSON.parse(dry.stdout)).toMatchObject({ added: 2, chunks: { embedded: 2 } });
      const kept = await run('index', files, '--store', own, '--dry-run', '--quiet', '--embedder', 'none');
      expect(kept.stderr).toBe('');
    } finally {
      vi.stubEnv('OPENAI_API_KEY', '');
    }
  });

  const lance = [process.env.MODESHIFT_LANCEDB, '/opt/modeshift-lancedb'].find(
    folder => folder && existsSync(path.join(folder, 'node_modules', '@lancedb', 'lancedb')),
  );
  if (!lance) console.log('No @lancedb/lancedb was found (MODESHIFT_LANCEDB names a folder that has it): skipped.');

  it.skipIf(!lance)('keeps a knowledge base in a folder of LanceDB, whose client the working folder has', async () => {
    const own = `lancedb:${path.join(scratch, 'new', 'lance')}`;
    const cwd = vi.spyOn(process, 'cwd').mockReturnValue(lance!);
    try {
      const first = await run('index', files, '--store', own, '--embedder', 'none');
      expect(first.stdout).toContain('2 added, 0 changed, 0 unchanged, 1 not read');
      const again = await run('index', files, '--store', own, '--embedder', 'none', '--json', '--quiet');
      expect(JSON.parse(again.stdout)).toMatchObject({ added: 0, unchanged: 2, store: own });
      const { hits } = JSON.parse((await run('search', '怎么退款', '--store', own, '--json')).stdout) as SearchJson;
      expect(hits[0]?.source).toContain('退款.md');
    } finally {
      cwd.mockRestore();
    }
  });

  it('knows a file by one name, however its path is written', async () => {
    const own = path.join(scratch, 'names.db');
    await run('index', files, '--store', own, '--quiet');
    const again = `${files}/zh/.././hours.md`;
    const { added, unchanged } = JSON.parse((await run('index', again, '--store', own, '--json', '--quiet')).stdout);
    expect([added, unchanged]).toEqual([0, 1]);
  });

  it.each([
    [['index', 'no-such-folder'], 2, 'There is no file or folder no-such-folder'],
    [['index'], 2, 'missing required argument'],
    [['index', '.', '--store', 'mysql://user:secret@host/db'], 2, 'is neither a file nor postgres'],
    [['index', '.', '--store', 'mysql://user:a@secret@host/db?password=secret'], 2, 'mysql://host/db?password=…'],
    [['search', ' ', '--store', store], 2, 'no words to search for'],
    [['eval-retrieval', 'no-such-folder', '--metrics', 'recall@1,magic'], 2, 'There is no measure "magic"'],
    [['search', 'a', '--store', 'postgres://user:secret@127.0.0.1:1/db'], 1, '127.0.0.1'],
    [['index', '.', '--embedder', 'nobody:x'], 2, 'does not embed here'],
    [['search', 'a', '--store', 'no-such.db'], 2, 'There is no knowledge base at no-such.db'],
    [['search', 'a', '--store', 'lancedb:no-such'], 2, 'There is no knowledge base at no-such'],
    [['search', 'a', '--store', store, '--collection', 'other'], 2, 'There is no collection "other"'],
    [['search', 'a', '--store', store, '-k', '0'], 2, 'Give a whole number'],
    [['search', 'a', '--store', store, '--mode', 'vector'], 2, 'compares vectors'],
    [['ask', ' ', '--store', store], 2, 'The question is empty'],
    [['ask', 'a', '--store', store, '--threshold', '2'], 2, 'Give a number from 0 to 1'],
    [['eval-retrieval', 'no-such-folder'], 2, 'corpus.jsonl, queries.jsonl and qrels/test.tsv'],
    [['eval-retrieval', '.', '--modes', 'magic'], 2, 'Use lexical, vector, hybrid'],
  ])('says in one line what is wrong: %j', async (args, code, words) => {
    const result = await run(...args);
    expect([result.code, result.stderr]).toEqual([code, expect.stringContaining(words)]);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect(result.stderr).not.toContain('secret');
  });
});

describe("the repository's own pages", () => {
  it.each([
    ['How do I write a mode of my own?', /a mode of your own is a file given by|own-mode\.md/],
    ['How do I keep a knowledge base up to date?', /Unchanged documents cost a look/],
    ['怎么用自己的数据比较？', /用自己的数据比较/],
  ])('answer %s', async (question, words) => {
    const own = path.join(scratch, 'docs.db');
    if (!existsSync(own)) {
      const folders = ['guide', 'decisions', 'providers', 'zh', 'architecture.md'].map(name =>
        path.join(root, 'docs', name),
      );
      expect((await run('index', ...folders, '--store', own, '--quiet')).code).toBe(0);
    }
    const { stdout } = await run('ask', question, '--store', own, '--quiet');
    expect(stdout).toMatch(words);
    expect(stdout).toMatch(/\n\[\d\] .*\.md:\d+ “/);
  });
});

const data = process.env.MODESHIFT_DATA ?? path.resolve(root, '../shared/data');
const hasXquad = existsSync(path.join(data, 'xquad'));
if (!hasXquad)
  console.log('Skipped: no folder xquad in the data folder. Set MODESHIFT_DATA to the folder that holds it.');

describe('modeshift eval-retrieval', () => {
  it('measures words, vectors and both', async () => {
    const beir = path.join(scratch, 'beir');
    mkdirSync(path.join(beir, 'qrels'), { recursive: true });
    const corpus = { d1: '七天内可以退款。', d2: '运费由买家承担。', d3: 'The shop opens at nine.' };
    const entries = Object.entries(corpus).map(([_id, text]) => JSON.stringify({ _id, title: '', text }));
    writeFileSync(path.join(beir, 'corpus.jsonl'), entries.join('\n'));
    writeFileSync(
      path.join(beir, 'queries.jsonl'),
      '{"_id": "q1", "text": "怎么退款"}\n{"_id": "q2", "text": "who pays"}\n',
    );
    writeFileSync(path.join(beir, 'qrels', 'test.tsv'), 'query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td2\t1\n');
    const { code, stdout } = await run('eval-retrieval', beir, '--json', '--embedder', embedderFolder, '--quiet');
    const report = JSON.parse(stdout) as {
      modes: { mode: string; metrics: Record<string, { mean: number; low: number; high: number }> }[];
    };
    expect([code, report.modes.map(one => one.mode)]).toEqual([0, ['lexical', 'vector', 'hybrid']]);
    expect(report.modes[0]!.metrics['recall@1']).toEqual({ mean: 0.5, low: 0, high: 1 });
    const table = await run('eval-retrieval', beir, '--modes', 'lexical', '--metrics', 'mrr@10,ndcg@3');
    expect(table.stdout).toMatch(/^mode +mrr@10 +ndcg@3 +p50\nlexical +50\.0 \[0\.0–100\.0\]/);
    const without = await run('eval-retrieval', beir, '--modes', 'hybrid', '--embedder', 'none');
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining('need an embedding model')]);
  });

  it.runIf(hasXquad).each([
    ['en', 0.94],
    ['zh', 0.94],
  ])('finds the paragraph of XQuAD, %s, as first with recall of at least %d', async (language, least) => {
    const squad = JSON.parse(readFileSync(path.join(data, 'xquad', `xquad.${language}.json`), 'utf8')) as {
      data: { paragraphs: { context: string; qas: { id: string; question: string }[] }[] }[];
    };
    const paragraphs = squad.data.flatMap(article => article.paragraphs);
    const beir = path.join(scratch, `xquad-${language}`);
    mkdirSync(path.join(beir, 'qrels'), { recursive: true });
    const lines = (entries: readonly object[]): string => entries.map(entry => JSON.stringify(entry)).join('\n');
    writeFileSync(
      path.join(beir, 'corpus.jsonl'),
      lines(paragraphs.map(({ context }, i) => ({ _id: `p${i}`, text: context }))),
    );
    writeFileSync(
      path.join(beir, 'queries.jsonl'),
      lines(paragraphs.flatMap(({ qas }) => qas.map(({ id, question }) => ({ _id: id, text: question })))),
    );
    const qrels = paragraphs.flatMap(({ qas }, i) => qas.map(({ id }) => `${id}\tp${i}\t1`));
    writeFileSync(path.join(beir, 'qrels', 'test.tsv'), ['query-id\tcorpus-id\tscore', ...qrels].join('\n'));
    const { stdout } = await run(
      'eval-retrieval',
      beir,
      '--modes',
      'lexical',
      '--json',
      '--quiet',
      '--metrics',
      'recall@1,recall@10,mrr@10',
    );
    const { queries, documents, modes } = JSON.parse(stdout) as {
      queries: number;
      documents: number;
      modes: { metrics: Record<string, { mean: number; low: number; high: number }> }[];
    };
    expect([queries, documents]).toEqual([1190, 240]);
    const { 'recall@1': first, 'recall@10': ten } = modes[0]!.metrics;
    console.log(
      `XQuAD ${language} through the command line: R@1 ${first!.mean.toFixed(3)} [${first!.low.toFixed(3)}, ${first!.high.toFixed(3)}], R@10 ${ten!.mean.toFixed(3)}`,
    );
    expect(first!.mean).toBeGreaterThanOrEqual(least);
    expect(ten!.mean).toBeGreaterThanOrEqual(0.98);
  });
});
