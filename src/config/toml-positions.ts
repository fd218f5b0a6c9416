/** The place of a key in a TOML document; line and column count from 1. */
export interface Position {
  line: number;
  column: number;
}

/** Finds the place of a key, given its path; an array element's path ends with its index. */
export type Locate = (path: readonly string[]) => Position | undefined;

/**
 * Finds the places of the keys in a document that is known to be valid TOML: the parser reports
 * where a document breaks the grammar, but not where the keys of a valid one are.
 */
export function locateKeys(source: string): Locate {
  const scanner = new Scanner(source);
  scanner.scanDocument();
  return (path) => scanner.positions.get(pathKey(path));
}

/** Joins a path with NUL: a key as written cannot contain control characters. */
function pathKey(path: readonly string[]): string {
  return path.join("\0");
}

class Scanner {
  readonly positions = new Map<string, Position>();
  #offset = 0;
  #line = 1;
  #lineStart = 0;

  readonly #source: string;

  constructor(source: string) {
    this.#source = source;
  }

  scanDocument(): void {
    let table: string[] = [];
    for (;;) {
      this.#skipSpace();
      if (this.#peek() === undefined) return;
      if (this.#peek() === "[") {
        while (this.#peek() === "[") this.#advance();
        table = this.#scanKey([]);
        while (this.#peek() === "]") this.#advance();
      } else {
        this.#scanPair(table);
      }
    }
  }

  #scanPair(table: readonly string[]): void {
    const key = this.#scanKey(table);
    this.#advance(); // The equals sign.
    this.#skipSpace();
    this.#scanValue(key);
  }

  /** Scans a dotted key and the space after it, and records the position of each part. */
  #scanKey(table: readonly string[]): string[] {
    const path = [...table];
    for (;;) {
      this.#skipSpace();
      const position = { line: this.#line, column: this.#offset - this.#lineStart + 1 };
      path.push(this.#scanKeyPart());
      if (!this.positions.has(pathKey(path))) this.positions.set(pathKey(path), position);
      this.#skipSpace();
      if (this.#peek() !== ".") return path;
      this.#advance();
    }
  }

  #scanKeyPart(): string {
    const quote = this.#peek();
    if (quote === '"' || quote === "'") return this.#scanString();
    const bare = /[A-Za-z0-9_-]*/y;
    bare.lastIndex = this.#offset;
    const text = bare.exec(this.#source)?.[0] ?? "";
    // An unexpected character would stop the scan, so step over it.
    this.#advance(text.length || 1);
    return text;
  }

  #scanValue(path: readonly string[]): void {
    const first = this.#peek();
    if (first === '"' || first === "'") {
      this.#scanString();
    } else if (first === "[") {
      this.#scanItems("]", (index) => {
        const element = [...path, String(index)];
        const position = { line: this.#line, column: this.#offset - this.#lineStart + 1 };
        this.positions.set(pathKey(element), position);
        this.#scanValue(element);
      });
    } else if (first === "{") {
      this.#scanItems("}", () => this.#scanPair(path));
    } else {
      const end = this.#source.slice(this.#offset).search(/[,\]}#\n]/);
      this.#advance(end === -1 ? this.#source.length - this.#offset : end);
    }
  }

  #scanItems(close: string, scanItem: (index: number) => void): void {
    this.#advance();
    for (let index = 0; ; index++) {
      this.#skipSpace();
      if (this.#peek() === close || this.#peek() === undefined) break;
      scanItem(index);
      this.#skipSpace();
      if (this.#peek() === ",") this.#advance();
    }
    this.#advance();
  }

  /** Scans any of the four kinds of string; returns its text without resolving escapes. */
  #scanString(): string {
    const quote = this.#peek() ?? "";
    const isLong = this.#source.startsWith(quote.repeat(3), this.#offset);
    const mark = isLong ? quote.repeat(3) : quote;
    this.#advance(mark.length);
    const start = this.#offset;
    while (this.#peek() !== undefined && !this.#source.startsWith(mark, this.#offset)) {
      this.#advance(quote === '"' && this.#peek() === "\\" ? 2 : 1);
    }
    const text = this.#source.slice(start, this.#offset);
    this.#advance(mark.length);
    // A multi-line string may end with up to two quotes of its own.
    if (isLong) while (this.#peek() === quote) this.#advance();
    return text;
  }

  /** Skips spaces, tabs, line ends and comments. */
  #skipSpace(): void {
    for (;;) {
      const character = this.#peek();
      if (character === "#") {
        const end = this.#source.indexOf("\n", this.#offset);
        this.#advance((end === -1 ? this.#source.length : end) - this.#offset);
      } else if (character === undefined || !/[ \t\r\n\uFEFF]/.test(character)) {
        return;
      } else {
        this.#advance();
      }
    }
  }

  #peek(): string | undefined {
    return this.#source[this.#offset];
  }

  #advance(count = 1): void {
    for (let step = 0; step < count && this.#offset < this.#source.length; step++) {
      if (this.#source[this.#offset] === "\n") {
        this.#line++;
        this.#lineStart = this.#offset + 1;
      }
      this.#offset++;
    }
  }
}
