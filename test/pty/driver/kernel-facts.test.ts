import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";

import { BunPtyDriver } from "../../../src/pty/driver/bun-pty-driver.ts";
import { KERNEL_FACTS, type KernelFacts } from "../../../src/pty/driver/kernel-facts.ts";
import type { PtyExit } from "../../../src/pty/pty.ts";
import { tellsWaits } from "../../../src/system/processes/threads.ts";

setDefaultTimeout(60_000);

const open: BunPtyDriver[] = [];
afterEach(() => {
  for (const pty of open.splice(0)) {
    try {
      process.kill(pty.pid, "SIGKILL");
    } catch {
      // it has ended
    }
    pty.close();
  }
});

/** A kernel that does not report some facts, and how often it was queried. */
function kernelWith(changes: Partial<KernelFacts>): { kernel: KernelFacts; asked(): number } {
  let count = 0;
  const facts = { ...KERNEL_FACTS, ...changes };
  const kernel: KernelFacts = {
    ...facts,
    waitsIn: (tid) => {
      count++;
      return facts.waitsIn(tid);
    },
    isAlive: (pid) => {
      count++;
      return facts.isAlive(pid);
    },
  };
  return { kernel, asked: () => count };
}

function start(argv: string[], kernel: KernelFacts) {
  const exited = Promise.withResolvers<PtyExit>();
  let output = "";
  const pty = new BunPtyDriver(
    { argv, cwd: "/", env: process.env, rows: 24, cols: 80 },
    {
      onData: (bytes) => (output += Buffer.from(bytes).toString()),
      onExit: (exit) => exited.resolve(exit),
    },
    kernel,
  );
  open.push(pty);
  const shown = async (text: string): Promise<void> => {
    while (!output.includes(text)) await Bun.sleep(1);
  };
  return { pty, shown, exited: exited.promise, output: () => output };
}

/** Waits until the kernel is queried no more, or only seldom. */
async function untilQuiet(asked: () => number): Promise<void> {
  for (let before = -1; before !== asked();) {
    before = asked();
    await Bun.sleep(200);
  }
}

describe("where the kernel does not report that a process has ended (no pidfd)", () => {
  const without = { openPidfd: () => undefined };

  test("a program's end is still noticed, with its exit code", async () => {
    const { kernel } = kernelWith(without);
    expect((await start(["sh", "-c", "echo on; exit 7"], kernel).exited).code).toBe(7);
  });

  test("another child's end does not start endless polling while the program runs", async () => {
    const { kernel, asked } = kernelWith(without);
    const { pty, shown } = start(["sh", "-c", "echo on; exec sleep 1000"], kernel);
    await shown("on");
    await Bun.spawn(["true"]).exited;
    await untilQuiet(asked);
    expect(KERNEL_FACTS.isAlive(pty.pid)).toBe(true);
  });

  test("endless polling does not start either where the kernel does not report zombies", async () => {
    const { kernel, asked } = kernelWith({ ...without, isZombie: () => undefined });
    const { shown, exited, pty } = start(["sh", "-c", "echo on; read x; exit 3"], kernel);
    await shown("on");
    await Bun.spawn(["true"]).exited;
    await untilQuiet(asked);
    pty.write(Buffer.from("\n"));
    expect((await exited).code).toBe(3);
  });
});

describe("where the kernel does not report what threads wait for (no wchan)", () => {
  test("the library is polled permanently instead, and nothing is lost", async () => {
    const { kernel, asked } = kernelWith({ waitsIn: () => "" });
    const { pty, shown, exited, output } = start(
      ["sh", "-c", "stty -echo; echo on; read line; seq 20000; echo got $line; exit 5"],
      kernel,
    );
    await shown("on");
    await untilQuiet(asked);
    pty.write(Buffer.from("typed\n"));
    await shown("got typed");
    expect((await exited).code).toBe(5);
    const numbers = output()
      .split("\r\n")
      .filter((line) => /^\d+$/.test(line));
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, i) => String(i + 1)));
    expect(pty.wakeup).toBe("timer");
  });

  test("the threads of this process reveal it", () => {
    expect(tellsWaits()).toBe(process.platform === "linux");
  });
});
