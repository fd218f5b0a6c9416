import { Terminal } from "@xterm/headless";

/** A colour by its number in the palette, or the number of its OSC. */
type Colors = Record<string, string>;

export interface OuterOptions {
  rows?: number;
  cols?: number;
  /** When it answers what it is asked: milliseconds, `never` or `twice`. */
  answers?: number | "never" | "twice";
  /** Whether it can keep colours on a stack (XTPUSHCOLORS). */
  hasColorStack?: boolean;
}

/**
 * A user's terminal with what xterm's model does not have: a keyboard stack of each screen, colours
 * and a stack of them, the cursor's shape, a stack of titles, and focus.
 */
export class OuterTerminal {
  readonly #terminal: Terminal;
  readonly #options: OuterOptions;
  readonly keyboards = { normal: [0], alternate: [0] };
  readonly #titles: string[] = [];
  readonly #colorStack: Colors[] = [];
  colors: Colors = {};
  style = "0";
  title = "";
  /** Modes that were set, and not reset since. */
  readonly modes = new Set<number>();
  #type: (answer: string) => void = () => {};
  readonly #answered = Promise.withResolvers<void>();

  constructor(options: OuterOptions = {}) {
    this.#options = options;
    this.#terminal = new Terminal({
      rows: options.rows ?? 24,
      cols: options.cols ?? 80,
      scrollback: 1000,
      allowProposedApi: true,
      windowOptions: { pushTitle: true, popTitle: true },
    });
    this.#terminal.onData((answer) => this.#answer(answer));
    this.#installKeyboard();
    this.#installColors();
    this.#installTitles();
    const { parser } = this.#terminal;
    for (const final of ["h", "l"] as const) {
      parser.registerCsiHandler({ prefix: "?", final }, (params) => {
        for (const mode of params.flat()) {
          if (final === "h") this.modes.add(mode);
          else this.modes.delete(mode);
        }
        return false;
      });
    }
  }

  feed(bytes: Uint8Array, type: (answer: string) => void): void {
    this.#type = type;
    this.#terminal.write(bytes);
  }

  /** Resolves when it has typed its answer to the last question of an attach (DA1). */
  get answered(): Promise<void> {
    return this.#answered.promise;
  }

  /** What its user has set, and a session must leave as it was. */
  get userState(): unknown {
    const { keyboards, colors, style, title } = this;
    return structuredClone({ keyboards, colors, style, title, titles: this.#titles });
  }

  /** All lines, scrollback first; empty ones are left out. */
  async lines(): Promise<string[]> {
    await new Promise<void>((resolve) => this.#terminal.write("", resolve));
    const { normal } = this.#terminal.buffer;
    const lines = Array.from({ length: normal.length }, (_, y) =>
      normal.getLine(y)?.translateToString(true),
    );
    return lines.filter((line) => line !== undefined && line !== "") as string[];
  }

  #answer(answer: string): void {
    const { answers = 0 } = this.#options;
    if (answers === "never") return;
    const type = (): void => {
      this.#type(answers === "twice" ? answer + answer : answer);
      if (/^\x1b\[\?[\d;]*c$/.test(answer)) this.#answered.resolve();
    };
    if (typeof answers === "number" && answers > 0) setTimeout(type, answers);
    else type();
  }

  get #keyboard(): number[] {
    return this.keyboards[this.#terminal.buffer.active.type];
  }

  #installKeyboard(): void {
    const { parser } = this.#terminal;
    parser.registerCsiHandler({ prefix: ">", final: "u" }, ([flags]) => {
      this.#keyboard.push(Number(flags ?? 0));
      return true;
    });
    parser.registerCsiHandler({ prefix: "<", final: "u" }, ([count]) => {
      const stack = this.#keyboard;
      stack.splice(Math.max(0, stack.length - Math.max(1, Number(count ?? 1))));
      if (stack.length === 0) stack.push(0);
      return true;
    });
    parser.registerCsiHandler({ prefix: "=", final: "u" }, ([flags]) => {
      this.#keyboard.splice(-1, 1, Number(flags ?? 0));
      return true;
    });
    parser.registerCsiHandler({ prefix: "?", final: "u" }, () => {
      this.#answer(`\x1b[?${this.#keyboard.at(-1)}u`);
      return true;
    });
    parser.registerCsiHandler({ intermediates: " ", final: "q" }, ([style]) => {
      this.style = String(style ?? 0);
      return true;
    });
    parser.registerDcsHandler({ intermediates: "$", final: "q" }, (what) => {
      this.#answer(what === " q" ? `\x1bP1$r${this.style} q\x1b\\` : "\x1bP0$r\x1b\\");
      return true;
    });
  }

  #installColors(): void {
    const { parser } = this.#terminal;
    const set = (key: string, osc: string, color: string | undefined): void => {
      if (color === "?") this.#answer(`\x1b]${osc};${this.colors[key] ?? "rgb:0/0/0"}\x1b\\`);
      else this.colors = { ...this.colors, [key]: color ?? "" };
    };
    parser.registerOscHandler(4, (data) => {
      const slots = data.split(";");
      for (let i = 0; i + 1 < slots.length; i += 2) {
        set(`4;${slots[i]}`, `4;${slots[i]}`, slots[i + 1]);
      }
      return true;
    });
    parser.registerOscHandler(104, (data) => {
      const indexes = data === "" ? undefined : data.split(";").map((index) => `4;${index}`);
      this.colors = Object.fromEntries(
        Object.entries(this.colors).filter(
          ([key]) => !(indexes?.includes(key) ?? key.startsWith("4;")),
        ),
      );
      return true;
    });
    for (const code of [10, 11, 12]) {
      parser.registerOscHandler(code, (data) => {
        set(String(code), String(code), data);
        return true;
      });
      parser.registerOscHandler(code + 100, () => {
        const { [code]: _, ...rest } = this.colors;
        this.colors = rest;
        return true;
      });
    }
    if (this.#options.hasColorStack !== true) return;
    parser.registerCsiHandler({ intermediates: "#", final: "P" }, () => {
      this.#colorStack.push(this.colors);
      return true;
    });
    parser.registerCsiHandler({ intermediates: "#", final: "Q" }, () => {
      this.colors = this.#colorStack.pop() ?? this.colors;
      return true;
    });
  }

  #installTitles(): void {
    const { parser } = this.#terminal;
    parser.registerOscHandler(2, (title) => {
      this.title = title;
      return true;
    });
    parser.registerCsiHandler({ final: "t" }, ([what, which]) => {
      if (which === 1) return true; // the icon has one of its own
      if (what === 22) this.#titles.push(this.title);
      if (what === 23) this.title = this.#titles.pop() ?? this.title;
      return true;
    });
  }
}
