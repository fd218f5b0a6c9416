import { expect, test } from "bun:test";

import { COMMANDS } from "../../../src/cli/command-list.ts";
import { complete } from "../../../src/cli/help/candidates.ts";

async function words(...typed: string[]): Promise<string[]> {
  const completion = await complete(typed, COMMANDS, async () => ["one", "two"]);
  return completion.kind === "words"
    ? completion.candidates.map(({ value }) => value)
    : ["COMMAND"];
}

test("values follow their option, behind a blank and behind an equals sign", async () => {
  const orders = ["name", "age", "memory", "clients", "repo"];
  expect(await words("ls", "--sort", "")).toEqual(orders);
  expect(await words("ls", "--sort=")).toEqual(orders.map((order) => `--sort=${order}`));
});

test("sessions are offered where a session is meant, each once", async () => {
  expect(await words("attach", "-r", "")).toEqual(["one", "two"]);
  expect(await words("kill", "one", "")).toEqual(["two"]);
  expect(await words("rename", "one", "")).toEqual([]);
  expect(await words("detach", "one", "")).toEqual(["two"]);
  expect(await words("label", "one", "env=ci", "")).toEqual(["two"]);
  expect(await words("ls", "--where", "env=ci", "")).toEqual(["one", "two"]);
  expect(await words("ls", "--where", "")).toEqual([]);
  expect(await words("new", "")).toEqual([]);
});

test("choices and commands are offered where they are meant", async () => {
  expect(await words("env", "")).toEqual(["bash", "zsh", "fish", "sh"]);
  expect(await words("doctor", "")).toEqual(["clean-stale"]);
  expect(await words("help", "")).toContain("attach");
  expect(await words("debug", "")).toEqual(["session"]);
  expect(await words("debug", "session", "")).toEqual(["one", "two"]);
});

test("what follows the name of a new session is another program's", async () => {
  expect(await complete(["new", "x", ""], COMMANDS, async () => [])).toEqual({
    kind: "command",
    from: 3,
  });
  expect(await complete(["new", "x", "make", "-"], COMMANDS, async () => [])).toEqual({
    kind: "command",
    from: 3,
  });
});

test("an unknown command has no words", async () => {
  expect(await words("nonsense", "")).toEqual([]);
});

test("options may stand behind the name before another program's words begin", async () => {
  expect(await words("run", "x", "--t")).toContain("--timeout");
  expect(await words("run", "")).toEqual(["one", "two"]);
  const typed = ["run", "x", "--timeout", "5", "--", ""];
  expect(await complete(typed, COMMANDS, async () => [])).toEqual({ kind: "command", from: 6 });
  expect(await complete(["run", "x", "-d", "ma"], COMMANDS, async () => [])).toEqual({
    kind: "command",
    from: 4,
  });
});
