// How long one pass over a prompt may hold the thread: until it is over, nothing can be cancelled and no other request goes on.

const [fewest, most] = [64, 512];

/** Parameters times tokens of one pass: about a second on one thread that computes 70 GFLOP/s. */
const work = 2 ** 35;

/**
 * The tokens of a prompt that one pass computes: fewer where the model is big. Beside passes of 512 a prompt costs 1.04 times as much
 * in passes of 128, 1.1 in passes of 64, and 1.25 in passes of 32 (160 million parameters, a prompt of 512, f32 and 8 bits, by hand).
 */
export const prefillTokensOf = (parameters: number): number =>
  Math.min(most, Math.max(fewest, 16 * Math.floor(work / parameters / 16)));
