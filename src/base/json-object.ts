/** An object of parsed JSON. Nothing is known of its fields. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Parses JSON that is to be an object; undefined for anything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    return asObject(JSON.parse(text));
  } catch (error) {
    // SyntaxError: not JSON. RangeError: nested deeper than the parser goes.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A value that is an object and no array; undefined otherwise. */
export function asObject(value: unknown): JsonObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
