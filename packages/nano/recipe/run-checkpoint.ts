// The averaged weights of a run as a checkpoint, 8-bit and back, as they would be published.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unpackWeights } from '../src/unpack-weights.ts';
import { publish } from './publish.ts';
import { RunFolder } from './run-folder.ts';

/** Writes the checkpoint of a run into a folder. */
export async function runCheckpoint(runFolder: string, folder: string): Promise<void> {
  const packed = mkdtempSync(join(tmpdir(), 'nano-packed-'));
  try {
    await publish(new RunFolder(runFolder), packed);
    cpSync(packed, folder, { recursive: true });
    writeFileSync(join(folder, 'model.safetensors'), unpackWeights(readFileSync(join(packed, 'nano.safetensors'))));
    rmSync(join(folder, 'nano.safetensors'));
  } finally {
    rmSync(packed, { recursive: true, force: true });
  }
}
