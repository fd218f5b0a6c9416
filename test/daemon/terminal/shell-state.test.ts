import { expect, test } from "bun:test";

import { ShellIntegration } from "../../../src/daemon/terminal/shell-integration.ts";
import { shellState, type ShellView } from "../../../src/daemon/terminal/shell-state.ts";
import { Typing } from "../../../src/daemon/terminal/typing.ts";
import { encodeUtf8 } from "../../../src/protocol/utf8.ts";

/** Above the largest pid of a Linux system: nothing is known of such a process. */
const UNKNOWN_PID = 2 ** 22 + 1;

interface Options extends Partial<Omit<ShellView, "pty" | "typing">> {
  foregroundGroup?: number;
  isCanonical?: boolean;
  typed?: string | undefined;
}

function stateOf({ foregroundGroup, isCanonical, typed, ...view }: Options) {
  const typing = new Typing(() => undefined);
  if (typed !== undefined) typing.note(encodeUtf8(typed));
  return shellState({
    argv: ["dash"],
    pty: {
      pid: UNKNOWN_PID,
      foregroundGroup: () => foregroundGroup ?? UNKNOWN_PID,
      lineModes: () => ({ isCanonical: isCanonical ?? true, hasCrLf: true, hasEcho: true }),
    },
    integration: undefined,
    typing,
    isLineEmpty: () => false,
    hasSamePrompt: () => false,
    bracketsPastes: () => false,
    isYoung: false,
    runPath: "/run",
    ...view,
  });
}

function integrationAtPrompt(isExact = true): ShellIntegration {
  const integration = new ShellIntegration();
  integration.take({ kind: "prompt", status: 0, hasOwnMarks: false, directory: "/" });
  integration.take({ kind: "input", isExact });
  return integration;
}

test("a program that is no shell, or that a shell was started for, takes no commands", () => {
  for (const argv of [["vim"], ["bash", "-c", "true"], ["sh", "script"]]) {
    expect(stateOf({ argv })).toMatchObject({ kind: "none" });
  }
});

test("a shell is busy while another process group is in the foreground", () => {
  expect(stateOf({ foregroundGroup: UNKNOWN_PID + 1 })).toEqual({
    kind: "busy",
    reason: "its shell runs a program",
  });
});

test("a shell is on its way to its prompt while the prompt runs programs", () => {
  const integration = new ShellIntegration();
  integration.take({ kind: "prompt", status: 0, hasOwnMarks: false, directory: "/" });
  const options = { argv: ["bash"], integration, foregroundGroup: UNKNOWN_PID + 1 };
  expect(stateOf(options).kind).toBe("soon");
});

test("a plain shell is at its prompt when nothing was typed, or an interrupt was typed last", () => {
  for (const typed of [undefined, "half\x03", "half\x1c"]) {
    expect(stateOf({ typed })).toMatchObject({ kind: "prompt", shell: "sh", problem: undefined });
  }
});

test("a plain shell may hold half a line after typing, until its prompt is back", () => {
  expect(stateOf({ typed: "half" })).toMatchObject({
    kind: "prompt",
    problem: "its shell may have something typed at its prompt, which Ctrl+C there would cancel",
  });
  expect(stateOf({ typed: "done\r", hasSamePrompt: () => true })).toMatchObject({
    problem: undefined,
  });
});

test("a shell with a line editor that reads whole lines reads them for a command", () => {
  const integration = integrationAtPrompt();
  integration.take({ kind: "command" });
  const options = { argv: ["zsh"], integration };
  expect(stateOf({ ...options, isCanonical: true }).kind).toBe("soon");
  expect(stateOf({ ...options, isCanonical: false })).toMatchObject({
    kind: "prompt",
    isReported: false,
    hasEditor: true,
  });
});

test("a young shell that has not reported a prompt reads its start-up files, unless it edits", () => {
  const options = {
    argv: ["bash"],
    integration: new ShellIntegration(),
    isYoung: true,
    isCanonical: false,
  };
  expect(stateOf(options).kind).toBe("soon");
  expect(stateOf({ ...options, bracketsPastes: () => true }).kind).toBe("prompt");
});

test("a reported prompt is free when its line is empty, by the mark or by its row", () => {
  const argv = ["fish"];
  const problem = "its shell has something typed at its prompt";
  const typed = "x";
  for (const isExact of [true, false]) {
    const integration = integrationAtPrompt(isExact);
    const empty = isExact ? { isLineEmpty: () => true } : { hasSamePrompt: () => true };
    expect(stateOf({ argv, integration, typed })).toMatchObject({ isReported: true, problem });
    expect(stateOf({ argv, integration, typed, ...empty })).toMatchObject({ problem: undefined });
  }
});
