// Tells of a download a few times a second, with its speed over the last seconds.
import type { DownloadProgress } from './resolve-checkpoint-options.ts';

type Plan = Pick<DownloadProgress, 'id' | 'license' | 'commit' | 'files' | 'totalBytes'>;

/** Counts the bytes of a download. */
export interface DownloadMeter {
  add(bytes: number): void;
  done(): void;
}

const tellMs = 200;
const windowMs = 5_000;

/** Starts a meter: tells the plan at once. `bytes` are there already. */
export function downloadMeter(
  plan: Plan,
  bytes: number,
  tell: ((progress: DownloadProgress) => void) | undefined,
  now: () => number = () => performance.now(),
): DownloadMeter {
  let total = bytes;
  let told = now();
  const seen: { at: number; bytes: number }[] = [{ at: told, bytes }];
  const report = (phase: DownloadProgress['phase']): void => {
    const at = now();
    while (seen.length > 1 && seen[1]!.at < at - windowMs) seen.shift();
    const [first] = seen;
    const seconds = (at - first!.at) / 1000;
    const bytesPerSecond = seconds > 0.5 && total > first!.bytes ? (total - first!.bytes) / seconds : undefined;
    const left = Math.max(0, plan.totalBytes - total);
    tell?.({
      ...plan,
      phase,
      bytes: total,
      bytesPerSecond,
      secondsLeft: left === 0 ? 0 : bytesPerSecond && left / bytesPerSecond,
    });
    seen.push({ at, bytes: total });
    told = at;
  };
  report('plan');
  return {
    add(more) {
      total += more;
      if (now() - told >= tellMs) report('download');
    },
    done() {
      report('done');
    },
  };
}
