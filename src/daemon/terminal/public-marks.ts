import { hostname } from "node:os";

import type { ShellMark } from "../../protocol/shell-mark.ts";

/** What terminals are told about a shell, and what every such sequence begins with. */
const KINDS = {
  marks: ["133;"],
  directory: ["7;"],
  title: ["0;", "2;"],
} as const;
type Kind = keyof typeof KINDS;

const OSC = "\x1b]";
const LONGEST_START = OSC.length + 4;

/** Facts that are known without asking the shell. */
export interface PromptFacts {
  sessionName: string;
  /** The shell's directory, where the system tells it. */
  directory: string | undefined;
}

/**
 * What a shell's reports become for terminals: prompt marks (OSC 133), the directory (OSC 7) and a
 * title (OSC 2). What the user's own set-up sends is left to it, judged by what it does send, prompt
 * by prompt: so nothing is sent twice, and nothing is left out because it might be.
 */
export class PublicMarks {
  /** What came since the last prompt ended, and what of that since the present one began. */
  #seen = new Set<Kind>();
  #seenInPrompt = new Set<Kind>();
  /** The same of the prompt before. */
  #seenBefore = new Set<Kind>();
  #seenInPromptBefore = new Set<Kind>();
  /** The kinds that the user's set-up sends itself at this prompt. */
  #left = new Set<Kind>();
  #isFirst = true;
  #isInPrompt = false;
  #hasRun = false;
  #hasSentStart = false;
  /** The last bytes, in which a sequence may begin. */
  #tail = "";

  /** Watches output outside of run commands. */
  watch(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const start = buffer.subarray(0, LONGEST_START).toString("latin1");
    if (this.#tail !== "") this.#noteAt(this.#tail + start);
    for (let at = buffer.indexOf(OSC); at !== -1; at = buffer.indexOf(OSC, at + OSC.length)) {
      this.#noteAt(buffer.subarray(at, at + LONGEST_START).toString("latin1"));
    }
    const end = buffer.subarray(-LONGEST_START + 1).toString("latin1");
    const escape = end.lastIndexOf("\x1b");
    this.#tail = escape === -1 ? "" : end.slice(escape);
  }

  #noteAt(text: string): void {
    for (const [kind, starts] of Object.entries(KINDS) as [Kind, readonly string[]][]) {
      if (!starts.some((start) => text.startsWith(OSC + start))) continue;
      this.#seen.add(kind);
      if (this.#isInPrompt) this.#seenInPrompt.add(kind);
    }
  }

  /** The sequences that terminals get in place of a mark. */
  replace(mark: ShellMark, facts: () => PromptFacts): string {
    switch (mark.kind) {
      case "prompt":
        return this.#beginPrompt(mark, facts());
      case "input":
        return this.#beginInput(mark.isExact);
      case "command":
        this.#hasRun = true;
        this.#hasSentStart = !this.#isFirst && !this.#left.has("marks");
        return this.#hasSentStart ? "\x1b]133;C\x07" : "";
      case "ready":
      case "run-started":
      case "run-ended":
        return "";
    }
  }

  #beginPrompt(mark: ShellMark & { kind: "prompt" }, facts: PromptFacts): string {
    // A shell may redraw its prompt without any output in between.
    if (this.#hasRun || this.#isFirst || this.#seen.size > 0) this.#decide(mark.hasOwnMarks);
    const ended = this.#hasSentStart ? `\x1b]133;D;${mark.status ?? 0}\x07` : "";
    this.#hasRun = false;
    this.#hasSentStart = false;
    this.#isInPrompt = true;
    this.#seenInPrompt = new Set();
    const directory = mark.directory.startsWith("/") ? mark.directory : facts.directory;
    return [
      this.#left.has("marks") ? "" : ended,
      directory === undefined || this.#left.has("directory") ? "" : directoryMark(directory),
      this.#left.has("title") ? "" : `\x1b]2;tsm:${facts.sessionName}\x07`,
      this.#left.has("marks") ? "" : "\x1b]133;A\x07",
    ].join("");
  }

  /** Programs print such things as well: what came before a prompt once need not be the set-up's. */
  #decide(hasOwnMarks: boolean): void {
    const kinds = Object.keys(KINDS) as Kind[];
    const isSent = (kind: Kind): boolean =>
      this.#seenInPromptBefore.has(kind) ||
      (this.#seen.has(kind) && (this.#isFirst || this.#seenBefore.has(kind)));
    this.#left = new Set(kinds.filter((kind) => isSent(kind)));
    if (hasOwnMarks) this.#left.add("marks");
    this.#seenBefore = this.#seen;
    this.#isFirst = false;
  }

  #beginInput(isExact: boolean): string {
    // fish redraws a prompt without reporting its beginning.
    if (!this.#isInPrompt) return "";
    this.#isInPrompt = false;
    this.#seenInPromptBefore = this.#seenInPrompt;
    this.#seen = new Set();
    return isExact && !this.#left.has("marks") ? "\x1b]133;B\x07" : "";
  }
}

function directoryMark(directory: string): string {
  const path = directory.split("/").map(encodePathPart).join("/");
  return `\x1b]7;file://${hostname()}${path}\x07`;
}

/** Percent-encodes all but a URL's unreserved characters: RFC 3986, 2.3. */
function encodePathPart(part: string): string {
  return encodeURIComponent(part.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
