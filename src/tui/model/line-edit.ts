import { replaceHarmful } from "../../base/harmless-text.ts";

/** A line of text being edited; the cursor, in UTF-16 units, is always between graphemes. */
export interface LineEdit {
  text: string;
  cursor: number;
}

/** Longer than any name, directory or filter that makes sense. */
const MAX_LENGTH = 1024;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function editOf(text: string): LineEdit {
  return { text, cursor: text.length };
}

/** The line after a key; undefined when it is not an editing key. */
export function editLine(edit: LineEdit, keyName: string, text: string): LineEdit | undefined {
  if (text !== "") return insertText(edit, text);
  const before = edit.text.slice(0, edit.cursor);
  const after = edit.text.slice(edit.cursor);
  switch (keyName) {
    case "backspace":
    case "ctrl+h":
      return { text: withoutLast(before) + after, cursor: withoutLast(before).length };
    case "delete":
      return { text: before + after.slice(firstLength(after)), cursor: edit.cursor };
    case "left":
      return { text: edit.text, cursor: withoutLast(before).length };
    case "right":
      return { text: edit.text, cursor: edit.cursor + firstLength(after) };
    case "home":
    case "ctrl+a":
      return { text: edit.text, cursor: 0 };
    case "end":
    case "ctrl+e":
      return editOf(edit.text);
    case "ctrl+u":
      return { text: after, cursor: 0 };
    case "ctrl+k":
      return editOf(before);
    case "ctrl+w":
    case "alt+backspace": {
      const kept = before.replace(/[^\s/]*[\s/]*$/, "");
      return { text: kept + after, cursor: kept.length };
    }
    default:
      return undefined;
  }
}

/** Inserts typed or pasted text: only its first line, without control characters. */
export function insertText(edit: LineEdit, text: string): LineEdit {
  const line = replaceHarmful(text.split(/[\r\n]/, 1)[0] ?? "", () => "");
  if (edit.text.length + line.length > MAX_LENGTH) return edit;
  return {
    text: edit.text.slice(0, edit.cursor) + line + edit.text.slice(edit.cursor),
    cursor: edit.cursor + line.length,
  };
}

function withoutLast(text: string): string {
  // Only the tail is segmented: a line may be long, a grapheme is not.
  const from = Math.max(0, text.length - 64);
  let last = from;
  for (const { index } of graphemes.segment(text.slice(from))) last = from + index;
  return text.slice(0, last);
}

function firstLength(text: string): number {
  for (const { segment } of graphemes.segment(text.slice(0, 64))) return segment.length;
  return 0;
}
