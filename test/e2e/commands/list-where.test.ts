import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";

import { Sandbox } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

let box: Sandbox;

beforeAll(async () => {
  box = new Sandbox();
  for (const name of ["api-db", "api-web", "notes"]) await box.ok("new", name, "sleep", "1000");
  await box.ok("label", "api-*", "env=ci");
  await box.ok("label", "api-db", "role=db");
});

afterAll(async () => {
  await box[Symbol.asyncDispose]();
});

function short(...args: string[]): Promise<string> {
  return box.ok("ls", "--short", ...args);
}

test("a list can be of the sessions that have certain labels", async () => {
  expect(await short("--where", "env=ci")).toBe("api-db\napi-web\n");
  expect(await short("--where", "env=ci,role=db")).toBe("api-db\n");
  expect(await short("--where", "env=ci,role=")).toBe("api-web\n");
  expect(await short("--where=role")).toBe("api-db\n");
  expect(await short("--where", "env=other")).toBe("");
});

test("a list can be of named sessions and patterns; what is not there is no error", async () => {
  expect(await short("api-*")).toBe("api-db\napi-web\n");
  expect(await short("notes", "nope", "*-db")).toBe("api-db\nnotes\n");
  expect(await short("nope", "nope-*")).toBe("");
  expect(await short("*", "--where", "role=db")).toBe("api-db\n");
  expect(await short("--sort", "age", "notes")).toBe("notes\n");
});

test("each form of the list shows labels and their absence", async () => {
  const found: unknown = JSON.parse(await box.ok("ls", "--json", "--where", "role"));
  expect(found).toMatchObject([{ name: "api-db", labels: { env: "ci", role: "db" } }]);
  expect(await box.ok("ls", "--json", "notes")).toContain('"labels":{}');
  expect((await box.ok("ls", "--where", "role=db")).split("\n")).toHaveLength(3);
  const none = `no sessions found in ${box.config.socketDir}\n`;
  expect(await box.ok("ls", "--where", "role=web")).toBe(none);
  expect(await box.ok("ls", "nope")).toBe(none);
  expect(await box.ok("ls", "--json", "nope")).toBe("[]\n");
  expect(await box.ok("status", "--format", "{labels}", "api-db")).toBe("env=ci role=db\n");
});

test("waiting sessions can be selected by label too, and the exit status reports when there is none", async () => {
  const args = ["ls", "--attention", "--where", "env=ci"];
  expect(await box.run(args)).toEqual({ code: 1, stdout: "", stderr: "" });
});

test("a watched list follows the labels", async () => {
  const screen = box.open(["ls", "--watch", "--short", "--where", "fresh"]);
  await screen.shown("\x1b[J");
  await box.ok("label", "notes", "fresh=1");
  await screen.shown("notes");
  screen.type("\x03");
  expect(await screen.exited()).toBe(0);
  expect(screen.text).not.toContain("api-db");
});

test.each(["", "=ci", "env=ci,", "a b=c"])("--where %j is wrong use", async (where) => {
  const { code, stdout, stderr } = await box.run(["ls", "--where", where]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr.trimEnd().split("\n")).toHaveLength(2);
});
