import { defaultSettings } from "../../src/config/settings.ts";
import type { Effect, PickerEvent } from "../../src/tui/model/event.ts";
import { KeyParser } from "../../src/tui/input/key-parser.ts";
import type { ListedSession } from "../../src/tui/model/listed-session.ts";
import { initialState, type PickerSetup, type PickerState } from "../../src/tui/model/state.ts";
import { themeOf } from "../../src/tui/view/theme.ts";
import { update } from "../../src/tui/model/update.ts";
import { drawFrame } from "../../src/tui/view/view.ts";
import { NOW_MS, sampleList } from "./sample-sessions.ts";

export interface DriverOptions extends Partial<Omit<PickerSetup, "settings">> {
  sessions?: readonly ListedSession[];
  mode?: "full" | "simplified";
  keymap?: "default" | "palette";
  showHelp?: boolean;
}

/** The model under test: events in, and the state and all effects to look at. */
export class Driver {
  state: PickerState;
  nowMs = NOW_MS;
  readonly effects: Effect[] = [];

  constructor(options: DriverOptions = {}) {
    const { sessions, mode = "full", keymap = "default", showHelp = true, ...setup } = options;
    this.state = initialState({
      settings: { ...defaultSettings().tui, mode, keymap, showHelp },
      size: { rows: 30, cols: 120 },
      nowMs: NOW_MS,
      cwd: "/home/me/src",
      home: "/home/me",
      ...setup,
    });
    if (sessions !== undefined) this.send({ type: "sessions", sessions });
  }

  send(event: PickerEvent): this {
    const { state, effects } = update(this.state, event, this.nowMs);
    this.state = state;
    this.effects.push(...effects);
    return this;
  }

  /** Sends what a terminal would send for these keys. */
  type(bytes: string): this {
    const parser = new KeyParser();
    parser.push(Buffer.from(bytes));
    for (;;) {
      const event = parser.next() ?? parser.flush();
      if (event === undefined) return this;
      this.send(event);
    }
  }

  /** The effects since they were last asked for. */
  takeEffects(): Effect[] {
    return this.effects.splice(0);
  }

  get cursorId(): string | undefined {
    return this.state.rows[this.state.cursor]?.id;
  }

  get ids(): string[] {
    return this.state.rows.map(({ id }) => id);
  }

  /** The screen as plain lines, without trailing blanks. */
  screen(): string[] {
    const { lines } = drawFrame(this.state, themeOf("rgb"));
    return lines.map(({ text }) => Bun.stripANSI(text).trimEnd());
  }

  /** The screen as one text, for snapshots; the cursor is shown as its place. */
  picture(): string {
    const { cursor } = drawFrame(this.state, themeOf("rgb"));
    const place = cursor === undefined ? "hidden" : `row ${cursor.row}, column ${cursor.col}`;
    return `\n${this.screen().join("\n")}\n[cursor ${place}]\n`;
  }
}

export const KEY = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  enter: "\r",
  esc: "\x1b",
  tab: "\t",
  pageUp: "\x1b[5~",
  pageDown: "\x1b[6~",
  home: "\x1b[H",
  end: "\x1b[F",
} as const;

export function ctrl(letter: string): string {
  return String.fromCharCode(letter.toUpperCase().charCodeAt(0) & 0x1f);
}

/** The picker over the sample sessions. */
export function openPicker(options: DriverOptions = {}): Driver {
  return new Driver({ sessions: sampleList(), ...options });
}

/** That picker with its cursor on a session. */
export function openPickerAt(name: string, options: DriverOptions = {}): Driver {
  const driver = openPicker(options);
  for (let tries = 0; driver.cursorId !== `session ${name}`; tries++) {
    if (tries > 20) throw new Error(`no session ${name}`);
    driver.type(KEY.down);
  }
  return driver;
}
