import { expect, test } from "bun:test";

import { parseDurationMs } from "../../src/cli/duration.ts";

test("a span of time is seconds unless it has a unit", () => {
  expect(parseDurationMs("5", "--timeout")).toBe(5000);
  expect(parseDurationMs("0", "--timeout")).toBe(0);
  expect(parseDurationMs("0.5", "--timeout")).toBe(500);
  expect(parseDurationMs(".25", "--timeout")).toBe(250);
  expect(parseDurationMs("250ms", "--timeout")).toBe(250);
  expect(parseDurationMs("90s", "--timeout")).toBe(90_000);
  expect(parseDurationMs("1.5m", "--timeout")).toBe(90_000);
  expect(parseDurationMs("2h", "--timeout")).toBe(7_200_000);
  expect(parseDurationMs("007", "--timeout")).toBe(7000);
});

test("the longest is what a timer can wait for", () => {
  expect(parseDurationMs("2147483647ms", "--timeout")).toBe(2 ** 31 - 1);
  expect(parseDurationMs("596h", "--timeout")).toBe(596 * 3_600_000);
  for (const text of ["2147483648ms", "597h", "9".repeat(400)]) {
    expect(() => parseDurationMs(text, "--timeout")).toThrow("--timeout cannot be");
  }
});

test("anything else is wrong use, and is named with its option", () => {
  const others = ["", " ", "s", "-1", "+1", "1.", "1e3", "1 s", "5S", "5d", "1h30m", "1,5", "NaN"];
  for (const text of [...others, "Infinity", "0x10", "5\n", "٣"]) {
    expect(() => parseDurationMs(text, "--idle")).toThrow(
      expect.objectContaining({ code: "usage", exitCode: 2 }),
    );
  }
  expect(() => parseDurationMs("a\x1b[2J", "--idle")).toThrow(
    "Option --idle cannot be 'a\\u001b[2J': use a time such as 5, 0.5, 90s, 10m or 2h",
  );
});
