import { decodeUtf8 } from "../../protocol/utf8.ts";
import { SwitchFilter } from "../../protocol/switch-sequence.ts";
import type { History } from "../../terminal/read/read-snapshot.ts";
import { plainLine } from "../../terminal/read/styled-line.ts";
import { TextStripper } from "../../terminal/stream/text-stripper.ts";
import { vtLine } from "../../terminal/read/vt-line.ts";
import { lastOf } from "./read-options.ts";

/** Converts a session's live output into the bytes or text to write to standard output. */
export interface LivePrinter {
  /**
   * Returns the last `count` lines so far. If the cursor is after the end of the last line, that
   * line is left open: later output continues it.
   */
  begin(history: History, count: number): string | Uint8Array;
  push(output: Uint8Array): string | Uint8Array;
  /** Continues after output was left out; `history` is the session's state after the gap. */
  skip(history: History): string | Uint8Array;
  /** Returns the rest at the end of the output. */
  end(): string;
}

/**
 * Prints the bytes unchanged, for terminals. Only requests to switch sessions are removed: they are
 * meant for the clients of that session, but the client around this program would obey them.
 */
export class RawPrinter implements LivePrinter {
  readonly #filter = new SwitchFilter(() => false);

  begin(history: History, count: number): Uint8Array {
    const lines = lastOf(history.lines, count).map(vtLine);
    return Buffer.concat([Buffer.from(withOpenEnd(lines, history)), history.unfinished]);
  }

  push(output: Uint8Array): Uint8Array {
    return this.#filter.push(output);
  }

  /** ST ends any sequence in whose middle the output before the gap was cut. */
  skip({ unfinished }: History): Uint8Array {
    return Buffer.concat([Buffer.from("\x1b\\"), unfinished]);
  }

  end(): string {
    return decodeUtf8(this.#filter.flush());
  }
}

/** Prints only the text, without escape sequences. */
export class TextPrinter implements LivePrinter {
  #stripper = new TextStripper();

  begin(history: History, count: number): string {
    this.#stripper.push(history.unfinished);
    return withOpenEnd(lastOf(textLines(history), count), history);
  }

  push(output: Uint8Array): string {
    return this.#stripper.push(output);
  }

  skip(history: History): string {
    const last = this.#stripper.end();
    this.#stripper = new TextStripper();
    this.#stripper.push(history.unfinished);
    return last;
  }

  end(): string {
    return this.#stripper.end();
  }
}

/** A line longer than this many UTF-16 units is printed in parts. */
const MAX_LINE_LENGTH = 1 << 20;

/** Prints a JSON object for each line as soon as the line is complete. */
export class JsonPrinter implements LivePrinter {
  readonly #text = new TextPrinter();
  #line = "";

  begin(history: History, count: number): string {
    return this.#takeLines(this.#text.begin(history, count));
  }

  push(output: Uint8Array): string {
    return this.#takeLines(this.#text.push(output));
  }

  skip(history: History): string {
    return this.#takeLines(this.#text.skip(history)) + this.#takeRest();
  }

  end(): string {
    return this.#takeLines(this.#text.end()) + this.#takeRest();
  }

  #takeLines(text: string): string {
    const lines = text.split("\n");
    const last = lines.pop() ?? "";
    let out = "";
    for (const line of lines) {
      out += jsonLine(this.#line + line);
      this.#line = "";
    }
    this.#line += last;
    return this.#line.length > MAX_LINE_LENGTH ? out + this.#takeRest() : out;
  }

  #takeRest(): string {
    const rest = this.#line === "" ? "" : jsonLine(this.#line);
    this.#line = "";
    return rest;
  }
}

function jsonLine(line: string): string {
  return `${JSON.stringify({ line })}\n`;
}

/** The text of all lines; the last line keeps its trailing spaces if the cursor is after them. */
function textLines({ lines, cursorDistance }: History): string[] {
  const text = lines.map(plainLine);
  const last = lines.at(-1);
  if (last === undefined || cursorDistance === undefined) return text;
  return text.with(text.length - 1, last.map((run) => run.text).join(""));
}

function withOpenEnd(lines: readonly string[], { cursorDistance }: History): string {
  if (lines.length === 0) return "";
  return lines.join("\n") + (cursorDistance === undefined ? "\n" : " ".repeat(cursorDistance));
}
