import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { AgentContext, AgentFacts, AgentReader } from "../../src/agents/agent.ts";
import { MAX_STATUSLINE_BYTES } from "../../src/agents/statusline.ts";
import { readFileEnd } from "../../src/agents/untrusted-files.ts";

export type Entry = Record<string, unknown>;

/** A home directory for one test; removed when the test ends, also when it fails. */
export class TestHome implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), "tsm-agents-"));
  /** Where the agent in question runs. No such directory needs to exist. */
  readonly project = "/srv/my_app.v2";

  join(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** Writes a file, with its directory. `secondsAgo` is its age. */
  write(path: string, content: string, secondsAgo = 0): string {
    const file = this.join(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    const time = Date.now() / 1000 - secondsAgo;
    utimesSync(file, time, time);
    return file;
  }

  /** Writes a transcript of Claude Code for the project. */
  transcript(name: string, entries: readonly Entry[], secondsAgo = 0): string {
    return this.write(`.claude/projects/-srv-my_app-v2/${name}.jsonl`, lines(entries), secondsAgo);
  }

  context(changes: Partial<AgentContext> = {}): AgentContext {
    return {
      home: this.path,
      env: {},
      directories: [this.project],
      statusline: () => readFileEnd(this.join("statusline.json"), MAX_STATUSLINE_BYTES),
      ...changes,
    };
  }

  read(reader: AgentReader): Partial<AgentFacts> | undefined {
    return reader.read(this.context());
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}

export function lines(entries: readonly Entry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
}

/** An assistant's entry of a transcript. */
export function assistant(
  content: readonly Entry[],
  message: Entry = {},
  entry: Entry = {},
): Entry {
  return { type: "assistant", message: { role: "assistant", content, ...message }, ...entry };
}

export function user(content: unknown, entry: Entry = {}): Entry {
  return { type: "user", message: { role: "user", content }, ...entry };
}

export function said(text: string, stopReason: string | null, entry: Entry = {}): Entry {
  return assistant([{ type: "text", text }], { stop_reason: stopReason }, entry);
}

export function toolUse(name: string, input: Entry, entry: Entry = {}): Entry {
  return assistant([{ type: "tool_use", name, input }], { stop_reason: "tool_use" }, entry);
}
