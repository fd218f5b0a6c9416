#!/usr/bin/env bun
/** Measures the picker: first frame, response to keys, CPU with a busy preview. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { defaultSettings } from "../src/config/settings.ts";
import { KeyParser } from "../src/tui/input/key-parser.ts";
import { PreviewScreen } from "../src/tui/run/preview-screen.ts";
import { Renderer } from "../src/tui/run/renderer.ts";
import { initialState, type PickerState } from "../src/tui/model/state.ts";
import { themeOf } from "../src/tui/view/theme.ts";
import { update } from "../src/tui/model/update.ts";
import { drawFrame } from "../src/tui/view/view.ts";
import { manySessions } from "../test/tui/sample-sessions.ts";

const ROWS = 40;
const COLS = 120;
const SESSIONS = 200;
const ROUNDS = 2000;
const PREVIEW_SECONDS = 10;
const STARTS = 20;
const END_OF_FRAME = "\x1b[?2026l";
const KEYS = [
  "\x1b[B",
  "\x1b[B",
  "\x1b[A",
  "\x1b[6~",
  " ",
  "/",
  "s",
  "e",
  "7",
  "\x1b",
  "s",
  "\x0f",
];

/** A styled screen as an editor or a build prints it. */
function busyScreen(round: number): Uint8Array {
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const word = (at: number): string =>
      `\x1b[38;2;${(row * 5 + at * 9) % 256};${(round * 3) % 256};180m漢字 word${round + at}\x1b[m`;
    return Array.from({ length: 8 }, (_, at) => word(at)).join(" ");
  });
  return Buffer.from(lines.join("\r\n"));
}

function percentile(values: number[], part: number): string {
  const sorted = values.sort((a, b) => a - b);
  return (sorted[Math.floor((sorted.length - 1) * part)] ?? 0).toFixed(2);
}

function freshState(): PickerState {
  const size = { rows: ROWS, cols: COLS };
  const settings = defaultSettings().tui;
  const state = initialState({ settings, size, nowMs: Date.now(), cwd: "/tmp" });
  return update(state, { type: "sessions", sessions: manySessions(SESSIONS) }, Date.now()).state;
}

/** A key's bytes to the frame's bytes. */
function measureKeys(): void {
  const theme = themeOf("rgb");
  const renderer = new Renderer(COLS);
  const parser = new KeyParser();
  let state = freshState();
  const screen = new PreviewScreen();
  const preview = { name: "", ...screen.read(busyScreen(1)) };
  screen.close();
  state = { ...state, preview };
  const times: number[] = [];
  let bytes = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    parser.push(Buffer.from(KEYS[round % KEYS.length] ?? ""));
    for (let event = parser.next() ?? parser.flush(); event !== undefined; event = parser.next()) {
      state = update(state, event, Date.now()).state;
    }
    bytes += renderer.render(drawFrame(state, theme)).length;
    times.push(performance.now() - start);
  }
  const first = (times[0] ?? 0).toFixed(2);
  console.log(
    `key to frame, ${SESSIONS} sessions, ${COLS}×${ROWS}: p50 ${percentile(times, 0.5)} ms, ` +
      `p95 ${percentile(times, 0.95)} ms, worst ${percentile(times, 1)} ms, first ${first} ms, ` +
      `${Math.round(bytes / ROUNDS)} bytes a frame`,
  );
}

/** CPU of the model and renderer while the preview changes ten times a second. */
async function measurePreview(): Promise<void> {
  const theme = themeOf("rgb");
  const renderer = new Renderer(COLS);
  const screen = new PreviewScreen();
  let state = { ...freshState(), cursor: 1 };
  const name = "session-0";
  const screens = Array.from({ length: PREVIEW_SECONDS * 10 }, (_, round) => busyScreen(round));
  const before = process.cpuUsage();
  for (const text of screens) {
    const preview = { name, ...screen.read(text) };
    state = update(state, { type: "preview", name, preview }, Date.now()).state;
    renderer.render(drawFrame(state, theme));
    await Bun.sleep(100);
  }
  screen.close();
  const { user, system } = process.cpuUsage(before);
  const percent = (user + system) / 1e4 / PREVIEW_SECONDS;
  console.log(`preview that changes 10 times a second: ${percent.toFixed(1)} % CPU`);
}

/** The picker over sample sessions, compiled as tsm is. */
async function compilePicker(outfile: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(import.meta.dir, "../test/tui/picker-program.ts")],
    minify: true,
    bytecode: true,
    compile: { outfile, autoloadDotenv: false, autoloadBunfig: false },
  });
  if (!result.success) throw new Error("cannot compile the picker");
}

/** From the spawn of the compiled program to its first frame and the first with the list. */
async function measureStart(program: string): Promise<void> {
  const firsts: number[] = [];
  const fulls: number[] = [];
  for (let round = 0; round < STARTS; round++) {
    const full = Promise.withResolvers<void>();
    const start = performance.now();
    let text = "";
    const picker = Bun.spawn([program], {
      env: { ...process.env, TERM: "xterm-256color" },
      terminal: {
        rows: ROWS,
        cols: COLS,
        data: (_, bytes) => {
          const hadFrame = text.includes(END_OF_FRAME);
          text += Buffer.from(bytes).toString();
          if (!hadFrame && text.includes(END_OF_FRAME)) firsts.push(performance.now() - start);
          if (!text.includes("6 sessions")) return;
          fulls.push(performance.now() - start);
          full.resolve();
        },
      },
    });
    await full.promise;
    picker.kill("SIGKILL");
    await picker.exited;
    picker.terminal?.close();
  }
  console.log(
    `spawn to first frame: p50 ${percentile(firsts, 0.5)} ms, p95 ${percentile(firsts, 0.95)} ms; ` +
      `with the list: p50 ${percentile(fulls, 0.5)} ms, p95 ${percentile(fulls, 0.95)} ms`,
  );
}

const directory = mkdtempSync(join(tmpdir(), "tsm-bench-"));
try {
  await compilePicker(join(directory, "picker"));
  await measureStart(join(directory, "picker"));
} finally {
  rmSync(directory, { recursive: true });
}
measureKeys();
await measurePreview();
