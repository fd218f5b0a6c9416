import { afterEach, describe, expect, test } from "bun:test";

import { openPty } from "../../src/pty/open-pty.ts";
import type { Pty, PtyDriver, PtyExit, PtyOptions } from "../../src/pty/pty.ts";
import { sessionProcesses, signalSession } from "../../src/system/processes/session-processes.ts";

const HEADROOM = 5;

/** A program on a PTY whose output and end can be awaited. */
class Run {
  readonly pty: Pty;
  readonly exited: Promise<PtyExit>;
  exits = 0;
  headroomKept = true;
  #chunks: Buffer[] = [];
  #waiting: { isReady: () => boolean; resolve: () => void }[] = [];

  constructor(argv: string[], driver: PtyDriver, env: PtyOptions["env"]) {
    const { promise, resolve } = Promise.withResolvers<PtyExit>();
    this.exited = promise;
    this.pty = openPty(
      { argv, cwd: "/", env, rows: 24, cols: 80, headroom: HEADROOM, driver },
      {
        onData: (bytes) => {
          this.headroomKept &&= bytes.byteOffset >= HEADROOM;
          this.#chunks.push(Buffer.from(bytes));
          this.#waiting = this.#waiting.filter(({ isReady, resolve }) => {
            if (!isReady()) return true;
            resolve();
            return false;
          });
        },
        onExit: (exit) => {
          this.exits++;
          resolve(exit);
        },
      },
    );
  }

  get output(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.output.toString("utf8");
  }

  shown(text: string): Promise<void> {
    const isReady = (): boolean => this.text.includes(text);
    if (isReady()) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ isReady, resolve });
    return promise;
  }
}

const runs: Run[] = [];
function run(argv: string[], driver: PtyDriver, env: PtyOptions["env"] = process.env): Run {
  const started = new Run(argv, driver, env);
  runs.push(started);
  return started;
}

afterEach(() => {
  for (const { pty } of runs.splice(0)) {
    signalSession(pty.pid, "SIGKILL");
    pty.close();
  }
});

for (const driver of ["bun-pty", "bun"] as const) {
  describe(`a program driven by ${driver}`, () => {
    test("reports its exit code once, after its last byte", async () => {
      const program = run(["sh", "-c", "echo last; exit 3"], driver);
      expect(await program.exited).toEqual({ code: 3, signal: 0 });
      expect(program.text).toBe("last\r\n");
      expect(program.exits).toBe(1);
      expect(program.headroomKept).toBe(true);
    });

    test("reports the signal that killed it", async () => {
      expect(await run(["sh", "-c", "kill -9 $$"], driver).exited).toEqual({ code: 0, signal: 9 });
    });

    test("shows every one of 200 000 lines before it ends", async () => {
      const program = run(["seq", "1", "200000"], driver);
      await program.exited;
      const expected = Array.from({ length: 200_000 }, (_, i) => `${i + 1}\r\n`).join("");
      expect(program.text === expected).toBe(true);
    });

    test("passes all 256 byte values in both directions", async () => {
      const program = run(["sh", "-c", "stty raw -echo; echo ready; exec cat"], driver);
      await program.shown("ready");
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      program.pty.write(all);
      program.pty.write(Buffer.from("the end"));
      await program.shown("the end");
      expect(program.output.subarray(-263, -7)).toEqual(Buffer.from(all));
    });

    test("echoes typed input although no program writes the echo", async () => {
      const program = run(["sh", "-c", "echo ready; exec sleep 1000"], driver);
      await program.shown("ready");
      program.pty.write(Buffer.from("typed"));
      await program.shown("typed");
    });

    test("sees the size, and SIGWINCH when it changes", async () => {
      const script = "trap 'stty size' WINCH; stty size; while :; do sleep 0.05; done";
      const program = run(["sh", "-c", script], driver);
      await program.shown("24 80");
      program.pty.resize({ rows: 40, cols: 120, xPixels: 0, yPixels: 0 });
      await program.shown("40 120");
    });

    test("stops in the kernel when paused, while input and signals still work", async () => {
      const program = run(["sh", "-c", "echo ready; read x; yes"], driver);
      await program.shown("ready");
      program.pty.pause();
      program.pty.write(Buffer.from("\n"));
      await Bun.sleep(100); // nothing must happen: there is no event to wait for
      expect(program.text).not.toContain("y\r\ny");
      expect(program.pty.signal("SIGINT")).toBe(true);
      expect((await program.exited).signal).toBe(2);
    });

    // Bun's terminal cannot be kept from reading, and stopping the line discipline instead may
    // swallow a line end (see ReaderGate), so only the first driver can promise this.
    test.if(driver === "bun-pty")("loses nothing over many pauses", async () => {
      const program = run(["seq", "1", "60000"], driver);
      const flicker = setInterval(() => {
        program.pty.pause();
        program.pty.resume();
      }, 1);
      await program.exited;
      clearInterval(flicker);
      expect(program.text.split("\r\n")).toHaveLength(60_001);
    });

    test("reports the foreground process group", async () => {
      const program = run(["sh", "-c", "echo ready; exec sleep 1000"], driver);
      await program.shown("ready");
      expect(program.pty.foregroundGroup()).toBe(program.pty.pid);
    });

    test("leads a session of its own whose processes can be ended together", async () => {
      const program = run(["sh", "-c", "sleep 1000 & trap '' HUP; echo ready; wait"], driver);
      await program.shown("ready");
      expect(sessionProcesses(program.pty.pid)).toHaveLength(2);
      expect(signalSession(program.pty.pid, "SIGKILL")).toBe(2);
      expect((await program.exited).signal).toBe(9);
    });

    test("that cannot be started is reported by name", () => {
      expect(() => run(["/nonexistent/program"], driver)).toThrow("/nonexistent/program");
      const env = { PATH: "/usr/bin:/bin" }; // without SHELL, env(1) starts what there is
      expect(() => run(["nonexistent-program"], driver, env)).toThrow("nonexistent-program");
    });

    test("ends cleanly when the PTY is closed before the program", async () => {
      const program = run(["cat"], driver);
      program.pty.close();
      program.pty.close();
      program.pty.write(Buffer.from("x"));
      expect(program.pty.foregroundGroup()).toBeUndefined();
    });
  });
}
