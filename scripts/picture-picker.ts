#!/usr/bin/env bun
/** Draws both layouts of the picker from real frames: `docs/picker-full.svg`, `-simplified.svg`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { defaultSettings } from "../src/config/settings.ts";
import type { ListedSession } from "../src/tui/model/listed-session.ts";
import { initialState, type PickerState } from "../src/tui/model/state.ts";
import { themeOf } from "../src/tui/view/theme.ts";
import { update } from "../src/tui/model/update.ts";
import { drawFrame } from "../src/tui/view/view.ts";
import { NOW_MS, sampleSession } from "../test/tui/sample-sessions.ts";

const DOCS = join(import.meta.dir, "../docs");
const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 18;
const MARGIN = 14;
const FONT = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const BACKGROUND = "#16181d";
const FOREGROUND = "#d6d9df";
const PALETTE = ["#3b4048", "#e06c75", "#98c379", "#d19a66", "#61afef", "#c678dd", "#56b6c2"];
const COLORS_256: Readonly<Record<string, string>> = {
  32: "#0087d7",
  167: "#d75f5f",
  172: "#d78700",
};

const PREVIEW = [
  "\x1b[1mbun test\x1b[m v1.4.5",
  "",
  "test/codec.test.ts:",
  "\x1b[32m(pass)\x1b[m reads a frame cut at every byte",
  "\x1b[32m(pass)\x1b[m refuses a length beyond the limit",
  "test/picker.test.ts:",
  "\x1b[32m(pass)\x1b[m a session that died disappears",
  "\x1b[31m(fail)\x1b[m a filter that finds nothing says so",
  "",
  "\x1b[32m 57 pass\x1b[m",
  "\x1b[31m 1 fail\x1b[m",
  "\x1b[34m~/src/myapp\x1b[m \x1b[35mfeature-x\x1b[m $ ",
];

function sessions(): ListedSession[] {
  const ago = (hours: number): number => NOW_MS / 1000 - hours * 3600;
  const app = { repo: "myapp", startedIn: "~/src/myapp", cmd: "zsh -l" };
  const site = { repo: "website", startedIn: "~/src/website", cmd: "zsh -l" };
  return [
    sampleSession("myapp", { ...app, branch: "main", clients: 1, createdAt: ago(29) }),
    sampleSession("myapp@feature-x", {
      ...app,
      branch: "feature-x",
      clients: 2,
      createdAt: ago(3),
      memory: 412 << 20,
      agentLine: "claude · working · exec: bun test · 12s",
    }),
    sampleSession("myapp@fix-login", {
      ...app,
      branch: "fix-login",
      createdAt: ago(0.4),
      agentLine: "codex · waiting · approve: git push",
      needsAttention: true,
    }),
    sampleSession("website", { ...site, branch: "main", createdAt: ago(80) }),
    sampleSession("website@blog", { ...site, branch: "blog", createdAt: ago(5) }),
    sampleSession("logs", { clients: 1, createdAt: ago(200), cmd: "journalctl -f" }),
    sampleSession("notes", { createdAt: ago(900) }),
  ];
}

function picture(mode: "full" | "simplified", keys: readonly string[]): PickerState {
  const settings = defaultSettings().tui;
  const keymap = mode === "full" ? "default" : "palette";
  const size = mode === "full" ? { rows: 26, cols: 108 } : { rows: 20, cols: 80 };
  let state = initialState({
    settings: { ...settings, mode, keymap },
    size,
    nowMs: NOW_MS,
    current: "myapp@feature-x",
    cwd: "/",
  });
  const name = "myapp@feature-x";
  const cols = Math.max(...PREVIEW.map((line) => Bun.stringWidth(line)));
  const events = [
    { type: "sessions", sessions: sessions() },
    { type: "preview", name, preview: { name, lines: PREVIEW, cols } },
    { type: "created", name: "website@blog" },
    ...keys.map((text) => ({ type: "key", name: text, text }) as const),
  ] as const;
  for (const event of events) {
    // The cursor must not move to the session just created.
    state = { ...update(state, event, NOW_MS).state, awaited: undefined };
    if (event.type === "created") state = { ...state, cursor: 2 };
  }
  return state;
}

interface Look {
  color: string;
  isBold: boolean;
  isDim: boolean;
  isUnderlined: boolean;
}

const PLAIN: Look = { color: FOREGROUND, isBold: false, isDim: false, isUnderlined: false };

function lookAfter(look: Look, params: readonly string[]): Look {
  let next = look;
  for (let at = 0; at < params.length; at++) {
    const code = Number(params[at] || 0);
    if (code === 0) next = PLAIN;
    if (code === 1) next = { ...next, isBold: true };
    if (code === 2) next = { ...next, isDim: true };
    if (code === 4) next = { ...next, isUnderlined: true };
    if (code >= 30 && code <= 36) next = { ...next, color: PALETTE[code - 30] ?? FOREGROUND };
    if (code === 38) next = { ...next, color: COLORS_256[params[at + 2] ?? ""] ?? FOREGROUND };
    if (code === 38) at += 2;
  }
  return next;
}

function svgLine(text: string, row: number): string {
  let look = PLAIN;
  let col = 0;
  let out = "";
  for (const [, sequence, final, run] of text.matchAll(/\x1b\[([\d;]*)([a-zA-Z])|([^\x1b]+)/g)) {
    if (final === "G") col = Number(sequence) - 1;
    else if (final === "m") look = lookAfter(look, (sequence ?? "").split(";"));
    if (run === undefined) continue;
    const x = (MARGIN + col * CELL_WIDTH).toFixed(1);
    const y = MARGIN + row * CELL_HEIGHT + CELL_HEIGHT * 0.75;
    const width = Bun.stringWidth(run);
    if (run.trim() !== "") out += svgRun(run, look, `x="${x}" y="${y}"`, width * CELL_WIDTH);
    col += width;
  }
  return out;
}

function svgRun(run: string, look: Look, place: string, width: number): string {
  const attributes = [
    `fill="${look.color}"`,
    look.isBold ? `font-weight="bold"` : "",
    look.isDim ? `opacity="0.6"` : "",
    look.isUnderlined ? `text-decoration="underline"` : "",
    // Columns stay aligned in any font.
    `textLength="${width.toFixed(1)}"`,
  ].filter((attribute) => attribute !== "");
  return `<text ${place} ${attributes.join(" ")}>${Bun.escapeHTML(run)}</text>\n`;
}

function svg(state: PickerState): string {
  const width = Math.ceil(2 * MARGIN + state.size.cols * CELL_WIDTH);
  const height = 2 * MARGIN + state.size.rows * CELL_HEIGHT;
  const lines = drawFrame(state, themeOf("rgb")).lines.map(({ text }, row) => svgLine(text, row));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}">`,
    `<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
    `<g font-family="${FONT}" font-size="14" xml:space="preserve">`,
    `${lines.join("")}</g>\n</svg>\n`,
  ].join("\n");
}

process.env["TZ"] = "UTC";
mkdirSync(DOCS, { recursive: true });
await Bun.write(join(DOCS, "picker-full.svg"), svg(picture("full", [])));
await Bun.write(join(DOCS, "picker-simplified.svg"), svg(picture("simplified", ["m", "y", "f"])));
