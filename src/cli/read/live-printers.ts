import { decodeUtf8 } from "../../protocol/utf8.ts";
import { SwitchFilter } from "../../protocol/switch-sequence.ts";
import type { History } from "../../terminal/read/read-snapshot.ts";
import { plainLine } from "../../terminal/read/styled-line.ts";
import { TextStripper } from "../../terminal/stream/text-stripper.ts";
import { vtLine } from "../../terminal/read/vt-line.ts";
import { lastOf } from "./read-options.ts";

/** Turns what a session prints from now on into what is written on standard output. */
export interface LivePrinter {
  /** The last lines so far. One that the cursor stands behind is left open: what comes continues it. */
  begin(history: History, count: number): string | Uint8Array;
  push(output: Uint8Array): string | Uint8Array;
  /** Output was left out; the session's state after that. */
  skip(history: History): string | Uint8Array;
  /** What is left when nothing comes any more. */
  end(): string;
}

/**
 * The bytes as they are, for terminals. Only a request to switch sessions is left out: it is meant
 * for the clients of that session, and would be heard by the one around this program.
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

  /** ST ends whatever the bytes before were cut in the middle of. */
  skip({ unfinished }: History): Uint8Array {
    return Buffer.concat([Buffer.from("\x1b\\"), unfinished]);
  }

  end(): string {
    return decodeUtf8(this.#filter.flush());
  }
}

/** Text alone. */
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

/** A line that has got longer than this many UTF-16 units is printed in parts. */
const MAX_LINE_LENGTH = 1 << 20;

/** An object for each line once that is complete. */
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

/** The text of all lines; the last keeps its blanks where the cursor stands behind them. */
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
