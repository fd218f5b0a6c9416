/** The size of a terminal that reports none, as on a serial line, and of one that has no size yet. */
export const DEFAULT_SIZE = { rows: 24, cols: 80 } as const;
