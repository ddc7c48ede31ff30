// Kills writers of one store at random moments and looks whether anything was lost, is there by half or twice.
//   node --conditions=modeshift-source packages/rag/bench/kill-writers.ts [kills] [seed]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killWriters } from '../src/store/sqlite/kill-writers.ts';

const kills = Number(process.argv[2] ?? 100);
const seed = Number(process.argv[3] ?? 1);
// Files of their own, so that the check of the whole file stays quick.
const perFile = 100;
let acknowledged = 0;
for (let done = 0; done < kills; done += perFile) {
  const folder = mkdtempSync(join(tmpdir(), 'modeshift-killed-'));
  acknowledged += await killWriters(folder, Math.min(perFile, kills - done) / 2, seed + done);
  rmSync(folder, { recursive: true });
  console.log(
    `${done + Math.min(perFile, kills - done)} kills: ${acknowledged} batches acknowledged, none lost, none by half, none twice`,
  );
}
