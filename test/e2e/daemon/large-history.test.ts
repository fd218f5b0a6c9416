import { expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

import { Tag } from "../../../src/protocol/tags.ts";
import { RawClient } from "../support/raw-client.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { inTime, Sandbox, until } from "../support/sandbox.ts";

setDefaultTimeout(120_000);

const LINES = 100_000;
/** Coloured lines, each another one. */
const PRINT = `seq 1 ${LINES} | awk '{printf "\\033[3%dmline\\033[m %d and \\033[1msome more text\\033[m\\n", $1%8, $1}'`;

async function largeSession(box: Sandbox): Promise<void> {
  const path = `${box.root}/.config/tsm/config.toml`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `[session]\nscrollback_lines = ${LINES}\n`);
  await box.ok("new", "work", "sh", "-c", `${PRINT}; echo printed; exec cat`);
  await until(async () => (await box.ok("screen", "work")).includes("printed"), "the lines");
}

test("100 000 lines are read whole, in part, and with styles", async () => {
  await using box = new Sandbox();
  await largeSession(box);
  const lines = (await box.ok("history", "work")).split("\n");
  expect(lines).toHaveLength(LINES + 2);
  expect(lines[0]).toBe("line 1 and some more text");
  expect(lines[LINES - 1]).toBe(`line ${LINES} and some more text`);
  expect((await box.ok("history", "-n", "3", "work")).split("\n")[0]).toBe(
    `line ${LINES - 1} and some more text`,
  );
  expect(await box.ok("history", "--html", "work")).toContain(`> ${LINES} and `);
});

test("a client that does not read a large state delays no other, and gets all of it in the end", async () => {
  await using box = new Sandbox();
  await largeSession(box);
  const slow = await RawClient.connect(box.socket("work"));
  slow.pause();
  slow.send(Tag.Init, Uint8Array.of(24, 0, 80, 0));
  using other = await RawConnection.open(box.socket("work"));
  for (let i = 0; i < 20; i++) {
    other.send(Tag.Info);
    await other.read(Tag.Info);
  }
  await box.ok("send", "work", "typed\n");
  let received = "";
  slow.onOutput = (bytes) => (received += Buffer.from(bytes).toString("latin1"));
  slow.resume();
  await inTime(slow.shown("typed"), () => "the end of the state");
  const numbers = received.match(/\d+ and /g) ?? [];
  expect(new Set(numbers).size).toBe(LINES);
  slow.close();
});
