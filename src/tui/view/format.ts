const UNITS = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
] as const;

/** Age in the largest full unit, as in `3h`; empty when `createdAt` is 0 (unknown). */
export function formatAge(createdAt: number, nowMs: number): string {
  if (createdAt === 0) return "";
  const seconds = Math.max(0, Math.floor(nowMs / 1000 - createdAt));
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return `${Math.floor(seconds / length)}${unit}`;
  }
  return `${seconds}s`;
}

/** Bytes with two or three digits, as in `41M`; empty for 0 (unknown). */
export function formatMemory(bytes: number): string {
  if (bytes <= 0) return "";
  let value = bytes / 1024;
  for (const unit of ["K", "M", "G"]) {
    if (value < 1000)
      return `${value < 9.95 && unit === "G" ? value.toFixed(1) : Math.round(value)}${unit}`;
    value /= 1024;
  }
  return `${Math.round(value)}T`;
}

/** Local time of day, as in `14:05`. */
export function formatTime(atMs: number): string {
  const at = new Date(atMs);
  return [at.getHours(), at.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
