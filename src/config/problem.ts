/** A mistake in a configuration, at the key with this `path`. */
export interface Problem {
  path: readonly string[];
  /** The key to report instead when the file does not set `path`. */
  otherPath?: readonly string[];
  /** The fact, without file and line. */
  fact: string;
  remedy: string;
}

export type Report = (problem: Problem) => void;

/** Whether a value from the parser is a TOML table. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

/** Formats a value briefly, as a reader of the file knows it. */
export function show(value: unknown): string {
  if (isTable(value)) return "a table";
  if (value instanceof Date) return "a date";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
