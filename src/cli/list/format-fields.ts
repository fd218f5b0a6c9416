import { makeHarmless } from "../../base/harmless-text.ts";
import { nearestWord } from "../../config/nearest.ts";
import { usageError } from "../arguments.ts";

export type FieldValue = string | number | boolean | null;

/** `{{`, `}}`, `{field}`, `{field?text}`, or a brace that belongs to none of them. */
const PIECES = /\{\{|\}\}|\{(\w*)(?:\?([^{}]*))?\}|[{}]/g;

/**
 * A text with its fields filled in. `{field}` is the value; `{field?text}` is the text when the value
 * is anything but empty, 0 or false; `{{` and `}}` are braces. The result is one line.
 * @throws TsmError `usage` for an unknown field or a brace alone.
 */
export function formatFields(format: string, fields: ReadonlyMap<string, FieldValue>): string {
  return format.replace(PIECES, (piece, name: string | undefined, text: string | undefined) => {
    if (piece === "{{" || piece === "}}") return piece.charAt(0);
    if (name === undefined)
      throw usageError(`Unmatched '${piece}'. Write ${piece}${piece} for a literal brace.`);
    const value = fields.get(name);
    if (value === undefined) throw unknownField(name, [...fields.keys()]);
    if (text !== undefined) return isSomething(value) ? text : "";
    return value === null ? "" : makeHarmless(String(value));
  });
}

function isSomething(value: FieldValue): boolean {
  return value !== "" && value !== 0 && value !== false && value !== null;
}

function unknownField(name: string, known: readonly string[]): Error {
  const match = nearestWord(name, [...known]);
  const hint = match === undefined ? "" : ` Did you mean '{${match}}'?`;
  return usageError(`Unknown field '{${name}}'.${hint}`, "'tsm help status' describes the fields.");
}
