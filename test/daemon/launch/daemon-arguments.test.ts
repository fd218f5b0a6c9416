import { expect, test } from "bun:test";

import {
  readDaemonArguments,
  writeDaemonArguments,
  type DaemonArguments,
} from "../../../src/daemon/launch/daemon-arguments.ts";

test("a session's command comes back as it was, also when it looks like a daemon's options", () => {
  const commands = [[], ["make"], ["--hold"], ["--", "x"], ["--log-dir", "/x"], ["--"]];
  for (const argv of commands) {
    for (const holds of [false, true]) {
      for (const logDir of [undefined, "/logs"]) {
        const options: DaemonArguments = {
          argv,
          holds,
          ...(logDir === undefined ? {} : { logDir }),
        };
        expect(readDaemonArguments(writeDaemonArguments(options))).toEqual(options);
      }
    }
  }
});

test("a command without options before it is read unchanged", () => {
  expect(readDaemonArguments(["sleep", "1"])).toEqual({ argv: ["sleep", "1"], holds: false });
});
