import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

import { isInstalled, RUN_SHELLS, RunBox } from "../support/run-box.ts";
import { inTime } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const said = (stdout: string, code = 0) => ({ code, stdout, stderr: "" });

for (const shell of RUN_SHELLS) {
  describe.skipIf(!isInstalled(shell))(`tsm run in ${shell}`, () => {
    test("prints the command's output alone and ends with its exit status", async () => {
      await using box = new RunBox(shell);
      expect(await box.runIn("work", "echo", "hello")).toEqual(said("hello\n"));
      for (const code of [0, 1, 3, 130, 255]) {
        expect(await box.runIn("work", "sh", "-c", `echo ${code}; exit ${code}`)).toEqual(
          said(`${code}\n`, code),
        );
      }
      expect((await box.runIn("work", "no-such-command")).code).toBe(127);
      expect((await box.runIn("work", "sh", "-c", "kill -9 $$")).code).toBe(137);
    });

    test("leaves the shell as the command has left it", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "cd /usr");
      const set = shell === "fish" ? "set -gx COLOR 'dark red'" : "export COLOR='dark red'";
      await box.runIn("work", set);
      expect(await box.runIn("work", 'pwd; echo "$COLOR"')).toEqual(said("/usr\ndark red\n"));
      await box.runIn("work", "false");
      const status = shell === "fish" ? "echo $status" : "echo $?";
      expect(await box.runIn("work", status)).toEqual(said("1\n"));
    });

    test("gives words to a program as they are, whatever is in them", async () => {
      await using box = new RunBox(shell);
      const words = [
        "a'b",
        "c\\d",
        "\\",
        "'",
        "$HOME",
        "`id`",
        "x  y",
        "",
        "two\nlines",
        '"q"',
        "*",
      ];
      words.push("!!", "#no", "~", "-n", "\t", "a;b|c&d", "ü漢😀", "{a,b}", "%s\\n", "\\'\\\\'");
      const { stdout, code } = await box.runIn("work", "printf", "<%s>", ...words);
      expect([stdout, code]).toEqual([words.map((word) => `<${word}>`).join(""), 0]);
    });

    test("runs one word as shell text: quotes, here-documents, pipes, comments", async () => {
      await using box = new RunBox(shell);
      const text =
        shell === "fish"
          ? "set x 'it\\'s'; printf '%s\\n' $x \"$x!\" # a comment\necho two | tr a-z A-Z"
          : "x='it'\\''s'; cat <<EOF | sed 's/^/> /'\n$x \"$x!\" \\\\\nEOF\necho two | tr a-z A-Z # no";
      const expected = shell === "fish" ? "it's\nit's!\nTWO\n" : "> it's \"it's!\" \\\nTWO\n";
      expect(await box.runIn("work", text)).toEqual(said(expected));
      // A here-document that ends with the text.
      if (shell !== "fish") {
        expect(await box.runIn("work", "cat <<E\nlast\nE")).toEqual(said("last\n"));
      }
    });

    test("runs a command of 100 000 characters", async () => {
      await using box = new RunBox(shell);
      const long = `${"x".repeat(99_990)}'\\$`;
      const { stdout, code } = await box.runIn("work", "printf", "%s", long);
      expect(code).toBe(0);
      expect(stdout === long).toBe(true);
    });

    test("runs a script from standard input whole, in a shell of its own", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "cd /usr");
      const run = (text: string) => box.run(["run", "work"], { stdin: Buffer.from(text) });
      const script =
        shell === "fish"
          ? "pwd\nfor i in 1 2\n  echo $i\nend\nexit 7\necho never"
          : "set -e\npwd\nfor i in 1 2; do\n  echo $i\ndone\ncd /\nexit 7\necho never";
      expect(await run(script)).toEqual(said("/usr\n1\n2\n", 7));
      expect(await run("#!/bin/sh -e\necho $0 | grep -c text\nfalse\necho never\n")).toEqual(
        said("1\n", 1),
      );
      expect(await box.runIn("work", "pwd")).toEqual(said("/usr\n"));
    });

    test("brings 50 MB, and any bytes at all, out as they were printed", async () => {
      await using box = new RunBox(shell);
      const random = crypto.getRandomValues(new Uint8Array(65_536));
      const binary = box.file("binary", Buffer.concat(Array.from({ length: 32 }, () => random)));
      const line = `${"0123456789".repeat(9)}\r\n\n\r\r\n\x1b[31m\ttext\x1b[m\n`;
      const text = box.file("text", line.repeat(Math.ceil((50 << 20) / line.length)));
      for (const path of [text, binary]) {
        const child = Bun.spawn(box.command("run", "work", "--", "cat", path), {
          env: box.env(),
          stdin: "ignore",
        });
        const hasher = new Bun.CryptoHasher("sha256");
        const read = (async () => {
          for await (const bytes of child.stdout) hasher.update(bytes);
        })();
        await inTime(Promise.all([child.exited, read]), () => "the output");
        expect(child.exitCode).toBe(0);
        const expected = new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes());
        expect(hasher.digest("hex")).toBe(expected.digest("hex"));
      }
      // And the shell is none the worse for it.
      expect(await box.runIn("work", "echo", "well")).toEqual(said("well\n"));
    });

    test("is interrupted by Ctrl+C and by its timeout, and the shell stays usable", async () => {
      await using box = new RunBox(shell);
      const interrupted = await box.run([
        "run",
        "work",
        "--timeout",
        "0.5",
        "--interrupt",
        "--",
        "sleep 60; echo no",
      ]);
      expect(interrupted.code).toBe(124);
      expect(interrupted.stdout).not.toContain("no");
      const screen = box.open([
        "run",
        "work",
        "--",
        "sh -c 'echo begun; exec sleep 60'; echo not reached",
      ]);
      await screen.shown("begun");
      screen.type("\x03");
      expect(await screen.exited()).toBe(130);
      expect(screen.text).not.toContain("not reached");
      expect(await box.runIn("work", "echo", "on")).toEqual(said("on\n"));
    });

    test("leaves no file", async () => {
      await using box = new RunBox(shell);
      await box.run(["run", "work"], { stdin: Buffer.from("#!/bin/sh\necho secret\n") });
      await box.runIn("work", "echo", "secret");
      const files = readdirSync(box.config.socketDir).filter((name) => name.includes("run"));
      expect(files).toEqual([]);
      expect(existsSync(join(box.config.socketDir, "work"))).toBe(true);
    });

    test("is over when the shell is, and ends as the session does", async () => {
      await using box = new RunBox(shell);
      await box.runIn("work", "true");
      expect(await box.runIn("work", "exec sh -c 'exit 5'")).toEqual({
        code: 5,
        stdout: "",
        stderr: "[work ended: exit 5]\n",
      });
    });
  });
}
