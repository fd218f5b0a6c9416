/**
 * The picker over sample sessions, as a program of its own. Prints the choice as JSON, then what
 * it reads behind it. Arguments: `--simplified`, `--palette`, `--many`, `--slow` (the first list
 * takes a while), `--throw` and `--reject` (fail once the picker is up), `--idle` (no preview
 * changes).
 */
import { setTimeout as after } from "node:timers/promises";

import { processEnvironment } from "../../src/config/environment.ts";
import { defaultSettings } from "../../src/config/settings.ts";
import { runPicker } from "../../src/tui/run/run-picker.ts";
import { takePickerTerminal } from "../../src/tui/run/take-terminal.ts";
import { manySessions, sampleList, SampleSource, NOW_MS } from "./sample-sessions.ts";

const flags = new Set(process.argv.slice(2));
const settings = defaultSettings().tui;
if (flags.has("--simplified")) settings.mode = "simplified";
if (flags.has("--palette")) settings.keymap = "palette";

const ageMs = Date.now() - NOW_MS;
const sessions = (flags.has("--many") ? manySessions(500) : sampleList()).map((session) => ({
  ...session,
  createdAt: session.createdAt === 0 ? 0 : session.createdAt + Math.floor(ageMs / 1000),
}));
const source = new SampleSource(sessions);
const list = source.list.bind(source);
if (flags.has("--slow")) source.list = async () => (await after(300), await list());

// Fails where the picker cannot catch it: outside of everything that it runs.
if (flags.has("--throw")) process.stdin.once("data", () => setImmediate(fail));
if (flags.has("--reject")) process.stdin.once("data", () => void failLater());

function fail(): never {
  throw new Error("thrown on purpose");
}

async function failLater(): Promise<never> {
  await after(1);
  return fail();
}

// The binary has no await at its top level, and an error behind one would not end the process.
void main();

async function main(): Promise<void> {
  const terminal = takePickerTerminal({ isDumb: false });
  const choice = await runPicker({
    source,
    settings,
    env: processEnvironment(),
    cwd: "/tmp",
    current: "notes",
    terminal,
  });
  const rest = Buffer.from(choice.rest).toString();
  const write = (text: string): void => terminal.write(Buffer.from(`${text}\r\n`));
  write(`choice ${JSON.stringify({ ...choice, rest })}`);
  if (choice.kind !== "attach") return await terminal.release();
  // What an attach client does: every key is the session's. The terminal is still raw.
  const { promise, resolve } = Promise.withResolvers<void>();
  const end = (bytes: Uint8Array): void => {
    if (bytes.includes(0x04)) resolve();
  };
  terminal.listen({
    onInput(bytes) {
      write(`read ${JSON.stringify(Buffer.from(bytes).toString())}`);
      end(bytes);
    },
    onResize() {},
    leave: () => "",
    onContinue() {},
    onGone: () => resolve(),
  });
  end(choice.rest);
  await promise;
  await terminal.release();
  process.exit(0);
}
