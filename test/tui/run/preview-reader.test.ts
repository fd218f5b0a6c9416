import { afterEach, beforeAll, beforeEach, expect, jest, test } from "bun:test";

import { PreviewReader } from "../../../src/tui/run/preview-reader.ts";
import { SampleSource } from "../sample-sessions.ts";

/** The event loop's own, which the clock of the test does not stop. */
const nextTurn = setImmediate;

let asked: string[];
let seen: string[];
let text: string;
let reader: PreviewReader;

// The reader loads it when it first needs it; how long that takes is no matter of these tests.
beforeAll(() => import("../../../src/tui/run/preview-screen.ts"));

beforeEach(() => {
  jest.useFakeTimers();
  asked = [];
  seen = [];
  text = "a";
  const source = new SampleSource([]);
  source.preview = (name) => {
    asked.push(name);
    return Promise.resolve(Buffer.from(text));
  };
  reader = new PreviewReader(source, (name, preview) =>
    seen.push(`${name}: ${preview?.lines.join("|")}`),
  );
});

afterEach(() => {
  reader.stop();
  jest.useRealTimers();
});

/** Lets what has resolved go on. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise<void>((resolve) => nextTurn(resolve));
}

async function pass(milliseconds: number): Promise<void> {
  for (let passed = 0; passed < milliseconds; passed += 50) {
    jest.advanceTimersByTime(50);
    await settle();
  }
}

test("a preview that changes is read ten times a second", async () => {
  reader.show("web");
  await settle();
  for (let i = 0; i < 10; i++) {
    text = `change ${i}`;
    await pass(100);
  }
  expect(asked).toHaveLength(11);
  expect(seen).toHaveLength(11);
});

test("an unchanged preview is read less and less often, and reported once", async () => {
  reader.show("web");
  await settle();
  await pass(10_000);
  expect(asked.length).toBeLessThan(25);
  expect(seen).toEqual(["web: a"]);
  text = "b";
  await pass(500);
  expect(seen).toEqual(["web: a", "web: b"]);
});

test("another session is read at once, and nothing when there is none to show", async () => {
  reader.show("web");
  await settle();
  reader.show("api");
  await settle();
  expect(asked).toEqual(["web", "api"]);
  reader.show(undefined);
  await pass(2000);
  expect(asked).toEqual(["web", "api"]);
});

test("an answer about a session that is no longer shown is dropped", async () => {
  reader.show("web");
  reader.show("api");
  await settle();
  expect(seen).toEqual(["api: a"]);
});

test("after the stop nothing is read or reported", async () => {
  reader.show("web");
  reader.stop();
  await pass(1000);
  expect(seen).toEqual([]);
  expect(asked).toEqual(["web"]);
});
