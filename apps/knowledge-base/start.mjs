// `npm start`: in Modeshift's repository its launcher sets everything up; in a copy of this folder, `npm install` has.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const launcher = fileURLToPath(new URL('../../scripts/launch.mjs', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
const inRepository = existsSync(launcher);
if (!inRepository && (major < 22 || (major === 22 && minor < 13))) {
  console.error(`Node ${process.versions.node} is too old. Install Node 22.13 or newer.`);
  process.exit(1);
}
const args = inRepository
  ? [launcher, 'app', basename(folder)]
  : ['--experimental-strip-types', '--disable-warning=ExperimentalWarning', 'src/main.ts'];
const child = spawn(process.execPath, [...args, ...process.argv.slice(2)], { cwd: folder, stdio: 'inherit' });
// Ctrl-C reaches the app by itself, and it may need a moment.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
// npm does not hand signals on. Where it ran this and is gone, nobody is left who could end the app.
const parent = process.ppid;
if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), 500).unref();
child.on('exit', code => process.exit(code ?? 130));
