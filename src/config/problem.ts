/** A mistake in a configuration, at the key that `path` leads to. */
export interface Problem {
  path: readonly string[];
  /** Where the mistake shows instead, when the file leaves `path` at its default. */
  otherPath?: readonly string[];
  /** The fact, without file and line. */
  fact: string;
  remedy: string;
}

export type Report = (problem: Problem) => void;

/** A TOML table, as the parser gives it. */
export function isTable(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date)
  );
}

/** The value as a reader of the file knows it, short. */
export function show(value: unknown): string {
  if (isTable(value)) return "a table";
  if (value instanceof Date) return "a date";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
