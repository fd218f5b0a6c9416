/** Array entries that are moved by one place or more while `act` runs: the cost of its queues, in steps. */
export function countMoves(act: () => void): number {
  const { shift, splice, unshift } = Array.prototype;
  let moves = 0;
  const count = <Method extends (this: unknown[], ...args: never[]) => unknown>(
    method: Method,
  ): Method =>
    function (this: unknown[], ...args: never[]): unknown {
      const result = method.apply(this, args);
      moves += this.length;
      return result;
    } as Method;
  Object.assign(Array.prototype, {
    shift: count(shift),
    splice: count(splice),
    unshift: count(unshift),
  });
  try {
    act();
  } finally {
    Object.assign(Array.prototype, { shift, splice, unshift });
  }
  return moves;
}
