import { describe, expect, test } from "bun:test";

import { encodeUtf8 } from "../../src/protocol/utf8.ts";
import {
  decodeRunRequest,
  decodeRunState,
  encodeRunRequest,
  encodeRunState,
  type RunState,
} from "../../src/protocol/run-command.ts";
import {
  decodeWaitEnd,
  decodeWaitRequest,
  encodeWaitEnd,
  encodeWaitRequest,
} from "../../src/protocol/wait.ts";
import {
  ALL_LINES,
  decodeSnapshotHeader,
  decodeWatchRequest,
  encodeSnapshotHeader,
  encodeWatchRequest,
} from "../../src/protocol/watch.ts";

const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

describe("a command to run", () => {
  test("is a byte of flags and text that need not be UTF-8", () => {
    const text = Uint8Array.of(0x6c, 0x73, 0xff, 0x00);
    const request = { text, isScript: true, isDetached: false, isPatient: true };
    expect(toHex(encodeRunRequest(request))).toBe("056c73ff00");
    expect(decodeRunRequest(encodeRunRequest(request))).toEqual(request);
    const detached = { text, isScript: false, isDetached: true, isPatient: false };
    expect(toHex(encodeRunRequest(detached))).toBe("026c73ff00");
  });

  test("needs its flags", () => {
    expect(decodeRunRequest(new Uint8Array(0))).toBeUndefined();
  });

  test("is refused, started, ended or lost, two bytes and a reason each", () => {
    const shapes: [RunState, string][] = [
      [{ kind: "refused", reason: "busy", isBusy: true }, "000162757379"],
      [{ kind: "refused", reason: "no", isBusy: false }, "00006e6f"],
      [{ kind: "started", hasCrLf: true }, "0101"],
      [{ kind: "started", hasCrLf: false }, "0100"],
      [{ kind: "ended", code: 255 }, "02ff"],
      [{ kind: "lost" }, "0300"],
    ];
    for (const [state, hex] of shapes) {
      expect(toHex(encodeRunState(state))).toBe(hex);
      expect(decodeRunState(encodeRunState(state))).toEqual(state);
    }
    expect(decodeRunState(Uint8Array.of(2))).toBeUndefined();
    expect(decodeRunState(Uint8Array.of(9, 0))).toBeUndefined();
  });

  test("has an end of three bytes for clients that wait", () => {
    expect(toHex(encodeWaitEnd({ what: "run", code: 3, isStale: true }))).toBe("010301");
    expect(toHex(encodeWaitEnd({ what: "session", code: 130, isStale: false }))).toBe("028200");
    const end = { what: "session", code: 7, isStale: false } as const;
    expect(decodeWaitEnd(encodeWaitEnd(end))).toEqual(end);
    expect(decodeWaitEnd(Uint8Array.of(1, 0))).toBeUndefined();
  });

  test("is waited for with a byte of flags, or none", () => {
    expect(toHex(encodeWaitRequest({ keeps: true }))).toBe("01");
    expect(decodeWaitRequest(encodeWaitRequest({ keeps: true }))).toEqual({ keeps: true });
    expect(decodeWaitRequest(new Uint8Array(0))).toEqual({ keeps: false });
  });
});

describe("a snapshot", () => {
  test("is asked for with a byte of flags and a number of lines", () => {
    expect(toHex(encodeWatchRequest({ follows: true, wantsRun: true, scrollbackLines: 10 }))).toBe(
      "030a000000",
    );
    expect(
      decodeWatchRequest(
        encodeWatchRequest({ follows: false, wantsRun: false, scrollbackLines: ALL_LINES }),
      ),
    ).toEqual({ follows: false, wantsRun: false, scrollbackLines: ALL_LINES });
    expect(decodeWatchRequest(encodeUtf8("\0\0\0\0"))).toBeUndefined();
  });

  test("is announced with its size, its length and the row of the last run", () => {
    const header = { rows: 24, cols: 80, byteLength: 1000, runRow: 7 };
    expect(toHex(encodeSnapshotHeader(header))).toBe("18005000e803000007000000");
    const none = { ...header, runRow: undefined };
    expect(toHex(encodeSnapshotHeader(none))).toBe("18005000e8030000ffffffff");
    for (const it of [header, none])
      expect(decodeSnapshotHeader(encodeSnapshotHeader(it))).toEqual(it);
    expect(decodeSnapshotHeader(new Uint8Array(11))).toBeUndefined();
  });
});
