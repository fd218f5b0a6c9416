/** The size assumed for a terminal that reports none (a serial line) or has no size yet. */
export const DEFAULT_SIZE = { rows: 24, cols: 80 } as const;
