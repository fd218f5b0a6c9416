import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type as systemName } from "node:os";

import { version } from "../../package.json";
import type { ToolName } from "./tools.ts";

export interface Machine {
  cpu: string;
  cores: number;
  memoryGB: number;
  kernel: string;
  system: string;
}

export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 1e9),
    kernel: `${systemName()} ${release()}`,
    system: systemRelease(),
  };
}

/** Versions of all measured tools that are installed. */
export function findVersions(): Partial<Record<ToolName | "bun", string>> {
  const own = { tsm: version, bun: Bun.version };
  const others = {
    dtach: versionOf("dtach", "--version"),
    tmux: versionOf("tmux", "-V"),
    screen: versionOf("screen", "--version"),
  };
  const found = Object.entries(others).filter(([, text]) => text !== undefined);
  return { ...own, ...Object.fromEntries(found) };
}

function versionOf(program: string, option: string): string | undefined {
  if (Bun.which(program) === null) return undefined;
  const { stdout, stderr } = Bun.spawnSync([program, option]);
  return /\d+\.\d[\w.]*/.exec(`${stdout.toString()}${stderr.toString()}`)?.[0] ?? "unknown";
}

function systemRelease(): string {
  try {
    const text = readFileSync("/etc/os-release", "utf8");
    return /^PRETTY_NAME="?([^"\n]+)/m.exec(text)?.[1] ?? "unknown";
  } catch {
    return "unknown"; // no Linux, or a very small one
  }
}
