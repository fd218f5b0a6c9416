import { expect, test } from "bun:test";
import { join } from "node:path";

const PROGRAM = join(import.meta.dir, "../../fixtures/terminal-borrowers.ts");

/** Runs the program under a PTY, and types into it once it has started. */
async function runBorrowers(how: "released" | "signalled"): Promise<string> {
  let output = "";
  let hasTyped = false;
  const program = Bun.spawn([process.execPath, PROGRAM, how], {
    env: { PATH: process.env["PATH"], TERM: "xterm-256color" },
    terminal: {
      rows: 24,
      cols: 400,
      data(terminal, bytes) {
        output += Buffer.from(bytes).toString();
        if (hasTyped || !output.includes("up")) return;
        hasTyped = true;
        terminal.write("typed");
      },
    },
  });
  try {
    await program.exited;
  } finally {
    program.kill("SIGKILL");
    program.terminal?.close();
  }
  return output;
}

for (const how of ["released", "signalled"] as const) {
  test(`a terminal that is ${how} leaves no listener behind, and one borrower's modes`, async () => {
    const output = await runBorrowers(how);
    const [, line = "{}"] = /(\{"typed".*\})/.exec(output) ?? [];
    const { typed, before, after } = JSON.parse(line) as Record<string, unknown>;
    expect(typed).toEqual(["first typed", "second rest"]);
    expect(after).toEqual(before);
    expect(output.match(/<\w+ leaves>/g)).toEqual(["<second leaves>"]);
  });
}
