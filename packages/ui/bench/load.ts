// Much at once and for long: 200 clients that stream 200 values each, every one seen and in order; and the memory of the server over
// 10,000 calls. Ends with 1 where a value is missing or memory grows. Run: npm run bench -- ui/bench/load

import { applyDiff } from '../test/official-apply-diff.ts';
import { messagesOf, post } from '../test/running.ts';
import { memoryOf, serveOurs } from './served/serve.ts';

const clients = 200;
const values = 200;
const calls = 10_000;
/** Megabytes that the heap may grow by over the second half of the calls. */
const mostGrowth = 3;

const served = await serveOurs();
const { url } = served;

/** One client: what it saw, put together from edits as the official client does. */
async function stream(i: number): Promise<string[]> {
  const session_hash = `s${i}`;
  await post(`${url}/gradio_api/queue/join`, { data: [`第${i}位`, values], fn_index: 3, session_hash });
  const messages = await messagesOf(await fetch(`${url}/gradio_api/queue/data?session_hash=${session_hash}`));
  let last: unknown[] | undefined;
  const seen: string[] = [];
  for (const one of messages) {
    if (one.msg !== 'process_generating') continue;
    const { data } = one.output as { data: unknown[] };
    last = last ? last.map((value, place) => applyDiff(value, data[place] as never)) : data;
    seen.push(String(last[0]));
  }
  return seen;
}

const before = await memoryOf(served);
const all = await Promise.all(Array.from({ length: clients }, (_, i) => stream(i)));
const wrong = all.filter(
  (seen, i) => seen.join() !== Array.from({ length: values }, (_, n) => `第${i}位${n + 1}`).join(),
);
const after = await memoryOf(served);
console.log(`${clients} clients × ${values} values: ${clients - wrong.length} saw every value in order`);
console.log(`  heap ${before.heap.toFixed(1)} MB before, ${after.heap.toFixed(1)} MB after`);

const heaps: number[] = [];
for (let done = 0; done <= calls; done += 50) {
  if (done % (calls / 10) === 0) heaps.push((await memoryOf(served)).heap);
  if (done === calls) break;
  await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const session_hash = `c${i}`;
      const answer = await post(`${url}/gradio_api/run/echo`, { data: [`${i}${'好'.repeat(1000)}`], session_hash });
      if (!answer.ok) throw new Error(await answer.text());
    }),
  );
}
const growth = heaps.at(-1)! - heaps[heaps.length >> 1]!;
console.log(
  `${calls.toLocaleString('en')} calls of 50 sessions: heap in MB ${heaps.map(one => one.toFixed(1)).join(' ')}`,
);
served.child.kill();
if (wrong.length > 0 || growth > mostGrowth) {
  console.error(
    wrong.length > 0 ? 'Values are missing.' : `The heap grew by ${growth.toFixed(1)} MB over the last half.`,
  );
  process.exitCode = 1;
}
