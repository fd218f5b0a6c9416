import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { Tag } from "../../../src/protocol/tags.ts";
import { createTerminalBackend } from "../../../src/terminal/xterm-backend.ts";
import { RawConnection } from "../support/raw-connection.ts";
import { Sandbox, TSM, until, type Screen } from "../support/sandbox.ts";
import { attachFromShell } from "../support/attach-from-shell.ts";

setDefaultTimeout(60_000);

const DETACH = "\x1c";

const SIZE = { rows: 24, cols: 80 };

describe("typed input", () => {
  test("reaches the session up to the detach key, and the shell from then on", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "stty raw -echo; printf rea''dy; exec cat");
    const shell = attachFromShell(box);
    await shell.shown("ready");
    const text = Array.from({ length: 2000 }, (_, i) => `${i},`).join("");
    shell.type(`${text}${DETACH}`);
    await shell.until(() => /status=0=\r\n/.test(shell.text), "the exit status");
    shell.clear();
    shell.type("for the shell\r");
    await shell.until(() => shell.text.split("for the shell\r\n").length === 3, "echo and cat");
    expect(shell.text).toBe("for the shell\r\nfor the shell\r\n"); // nothing that was left over
    const again = box.open(["attach", "work"]);
    await again.shown(text.slice(-50));
  });

  test("before the attach has begun reaches the session whole and in order", async () => {
    await using box = new Sandbox();
    await box.ok("new", "work", "sh", "-c", "stty raw -echo; exec cat");
    const script = `read go; exec "${TSM}" attach work`;
    const shell = box.open(["-c", script], { program: "/bin/sh" });
    shell.type("go\r");
    const words = Array.from({ length: 100 }, (_, i) => `w${i} `);
    for (const word of words) {
      shell.type(word);
      await Bun.sleep(0); // in many pieces, some before and some after raw mode
    }
    await shell.until(() => screenOf(shell).includes("w99"), "the last word");
    expect(screenOf(shell).replace(/\r?\n/g, "")).toContain(words.join("").trim());
  });

  test("of a client that is gone in the middle of a paste: the program gets the paste's end", async () => {
    await using box = new Sandbox();
    const program = "stty raw -echo; printf '\\033[?2004hrea''dy'; exec cat -v";
    await box.ok("new", "work", "sh", "-c", program);
    const watcher = box.open(["attach", "--read-only", "work"]);
    await watcher.shown("ready");
    const gone = box.open(["attach", "work"]);
    await gone.shown("ready");
    gone.type("\x1b[200~half");
    await watcher.shown("^[[200~half");
    gone.kill("SIGKILL");
    await watcher.shown("^[[201~");
    const whole = box.open(["attach", "work"]);
    await whole.shown("ready");
    whole.type("\x1b[200~whole\x1b[201~");
    await watcher.shown("whole^[[201~");
    whole.kill("SIGKILL");
    await until(async () => / yes \(1\) /.test(await box.ok("ls")), "the client to be gone");
    await box.ok("send", "work", "la''st");
    await watcher.shown("la''st");
    expect(watcher.text.split("^[[201~")).toHaveLength(3);
  });

  test("while a switch is under way reaches the session that is switched to", async () => {
    await using box = new Sandbox();
    const cat = "stty raw -echo; printf rea''dy; exec cat";
    await box.ok("new", "two", "sh", "-c", cat);
    await box.ok("new", "one", "sh", "-c", `printf rea''dy; read go; "${TSM}" attach two; ${cat}`);
    const shell = box.open(["attach", "one"]);
    await shell.shown("ready");
    shell.clear();
    shell.type("\r");
    await shell.shown("ready");
    shell.type("for two");
    await shell.shown("for two");
    expect((await preview(box, "two")).includes("for two")).toBe(true);
    expect((await preview(box, "one")).includes("for two")).toBe(false);
  });
});

/** The screen as people see it. */
function screenOf(shell: Screen): string {
  const backend = createTerminalBackend(SIZE);
  try {
    backend.consume(shell.output);
    return Bun.stripANSI(Buffer.from(backend.preview()).toString("utf8"));
  } finally {
    backend.close();
  }
}

async function preview(box: Sandbox, name: string): Promise<string> {
  using connection = await RawConnection.open(box.socket(name));
  connection.send(Tag.History);
  return (await connection.read(Tag.History)).toString("utf8");
}
