// Sequences of different lengths into rows of one length.

/**
 * Packs sequences into rows of at most `capacity` tokens by best fit, the longest first; no sequence is cut. Gives the places
 * of the sequences of each row. Sequences longer than `capacity` have a row of their own.
 *
 * Ding et al. 2024, https://arxiv.org/abs/2404.10830
 *
 * @example
 * ```ts
 * import { packSequences } from '@modeshift/local';
 *
 * console.log(packSequences([3, 4, 1], 4)); // [ [ 1 ], [ 0, 2 ] ]
 * ```
 */
export function packSequences(lengths: readonly number[], capacity: number): number[][] {
  const order = [...lengths.keys()].sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const rows: number[][] = [];
  /** Rows by the room that is left in them. */
  const byRoom = new Map<number, number[]>();
  const file = (row: number, room: number): void => {
    const list = byRoom.get(room);
    if (list) list.push(row);
    else byRoom.set(room, [row]);
  };
  for (const index of order) {
    const length = lengths[index]!;
    let room = length;
    while (room <= capacity && !byRoom.get(room)?.length) room++;
    if (room <= capacity) {
      const row = byRoom.get(room)!.shift()!;
      rows[row]!.push(index);
      file(row, room - length);
    } else {
      file(rows.push([index]) - 1, capacity - length);
    }
  }
  return rows;
}
