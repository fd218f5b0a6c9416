/**
 * Records real programs for the tests of the terminal model: runs each under a pseudo terminal with
 * scripted keys in a neutral directory and writes what it printed to test/fixtures/recordings.
 *
 * Usage: scripts/record [name…]. Programs that are not installed are skipped.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createTerminalBackend } from "../src/terminal/xterm-backend.ts";

const ROWS = 24;
const COLS = 80;
const DEMO = "/tmp/demo";
const TARGET = join(import.meta.dir, "../test/fixtures/recordings");
const QUIET_MS = 250;
const LONGEST_WAIT_MS = 4000;
const MAX_BYTES = 200_000;

/** Runs in its own process namespace as nobody, so that recordings contain no local process list. */
const ALONE = ["unshare", "-pf", "--mount-proc", "setpriv", "--reuid=65534", "--clear-groups"];

/** A program, and the keys typed each time it has been quiet for a while. */
const PROGRAMS: Record<string, { argv: string[]; keys: string[]; env?: Record<string, string> }> = {
  vim: {
    argv: ["vim", "-u", "NONE", "-N", "code.ts"],
    keys: [
      ":set number hlsearch\r",
      ":syntax on\r",
      "5Ghello wörld 世界\x1b",
      "o\tindented\x1b",
      "/export\r",
      "\x06",
      "\x02",
      ":split notes.md\r",
      ":vs\r",
      ":q!\r",
      "v3jd",
      "u",
      ":qa!\r",
    ],
  },
  nvim: {
    argv: ["nvim", "-u", "NONE", "-i", "NONE", "code.ts"],
    keys: [
      ":set number termguicolors cursorline\r",
      "ggOnew line 👩‍👩‍👧‍👦\x1b",
      "G",
      ":vsplit notes.md\r",
      "/a\r",
      ":terminal echo inside\r",
      ":qa!\r",
    ],
  },
  less: {
    argv: ["less", "-R", "coloured.txt"],
    keys: ["  ", "b", "/word\r", "n", "G", "g", "-N", "q"],
  },
  htop: { argv: [...ALONE, "htop"], keys: ["t", "\x1bOB", "\x1bOS", "\x1b", "q"] },
  top: { argv: [...ALONE, "top", "-d", "1"], keys: ["z", "1", "q"] },
  tmux: {
    argv: ["tmux", "-L", "demo", "-f", "tmux.conf", "new-session", "sh"],
    keys: [
      "ls\r",
      "\x02%",
      "echo right\r",
      '\x02"',
      "wc notes.md\r",
      "\x02o",
      "\x02[",
      "\x1b[5~",
      "q",
      "\x02z",
      "\x02c",
      "echo window\r",
      "\x02:kill-server\r",
    ],
  },
  fish: {
    argv: ["fish", "--private", "--no-config", "-C", "function fish_prompt; echo 'demo> '; end"],
    keys: [
      "ls\r",
      "echo héllo 世界\r",
      "cat no",
      "\t",
      "\r",
      "\x1b[A",
      "\x03",
      "for i in 1 2 3; echo $i; end\r",
      "exit\r",
    ],
  },
  zsh: {
    argv: ["zsh", "-f"],
    env: { PS1: "demo> ", RPS1: "right" },
    keys: [
      "ls -l --time-style=+ notes.md | cut -c1-10\r",
      "echo one two three\r",
      "echo o",
      "\x1b[A",
      "\x01# \x05\r",
      "bindkey -v\r",
      "repeat 30 echo line\r",
      "exit\r",
    ],
  },
  bash: {
    argv: ["bash", "--norc", "--noprofile", "-i"],
    keys: [
      "PS1='\\[\\e[32m\\]demo\\[\\e[0m\\]\\n\\$ '\r",
      "ls --color=always\r",
      'for i in $(seq 40); do echo "line $i"; done\r',
      "echo a very long command line that is certainly longer than the eighty columns of this terminal",
      "\x01",
      "\x05\x15",
      "printf '\\e[41mred\\e[K\\n\\e[m'\r",
      "exit\r",
    ],
  },
  "git-log": {
    argv: ["git", "-c", "core.pager=less -R", "log", "--graph", "--stat", "--color=always"],
    keys: [" ", " ", "k", "/second\r", "G", "q"],
  },
  curses: { argv: ["python3", "curses-demo.py"], keys: ["a", "\x1b[A", "b", "q"] },
  "ls-hyperlink": {
    argv: [
      "sh",
      "-c",
      "ls -la --hyperlink --color=always --time-style=+ . | tail -n +4 | sed 's/ root/ user/g; s,file://[^/]*/,file://host/,g'",
    ],
    keys: [],
  },
  screen: {
    argv: ["screen", "-c", "/dev/null", "-S", "demo", "sh"],
    keys: ["ls\r", "\x01c", "echo second\r", "\x01\x01", "exit\r", "exit\r"],
  },
};

const CURSES_DEMO = `
import curses
def main(s):
    curses.start_color(); curses.use_default_colors(); curses.curs_set(0); s.keypad(True)
    for i in range(1, 8): curses.init_pair(i, i, -1 if i % 2 else 4)
    for y in range(22):
        s.addstr(y, y, "row %d \\u4e16\\u754c" % y, curses.color_pair(y % 7 + 1) | (curses.A_BOLD if y % 2 else curses.A_REVERSE))
    s.refresh(); w = curses.newwin(8, 30, 6, 40); w.box(); w.bkgd(' ', curses.color_pair(2))
    w.addstr(1, 2, "window"); w.refresh(); n = 0
    s.scrollok(True); s.setscrreg(3, 18)
    while True:
        c = s.getch()
        if c == ord('q'): break
        n += 1; s.scroll(n); s.addstr(20, 0, "key %r" % c); s.refresh(); w.touchwin(); w.refresh()
curses.wrapper(main)
`;

function run(argv: string[], env: Record<string, string> = {}): void {
  Bun.spawnSync(argv, { cwd: DEMO, env: demoEnvironment(env), stdout: "ignore", stderr: "ignore" });
}

function demoEnvironment(extra: Record<string, string>): Record<string, string> {
  const path = "/usr/local/bin:/usr/bin:/bin";
  return {
    PATH: path,
    HOME: DEMO,
    TERM: "xterm-256color",
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
    LESSHISTFILE: "-",
    TMUX_TMPDIR: DEMO,
    USER: "user",
    ...extra,
  };
}

function makeDemo(): void {
  rmSync(DEMO, { recursive: true, force: true });
  mkdirSync(join(DEMO, "folder"), { recursive: true });
  const code = Array.from(
    { length: 60 },
    (_, i) => `export const value${i} = "${"x".repeat(i)}"; // número ${i}`,
  );
  writeFileSync(join(DEMO, "code.ts"), `${code.join("\n")}\n`);
  writeFileSync(
    join(DEMO, "notes.md"),
    "# Notes\n\n- a\n- b 世界\n\n" + "A long paragraph that wraps. ".repeat(20) + "\n",
  );
  const coloured = Array.from(
    { length: 120 },
    (_, i) =>
      `\x1b[${31 + (i % 7)}mword ${i}\x1b[0m \x1b[48;5;${i}mbackground\x1b[K\x1b[0m ${"long ".repeat(i % 30)}`,
  );
  writeFileSync(join(DEMO, "coloured.txt"), `${coloured.join("\n")}\n`);
  writeFileSync(join(DEMO, "curses-demo.py"), CURSES_DEMO);
  writeFileSync(
    join(DEMO, "tmux.conf"),
    "set -g status-right ''\nset -g default-terminal tmux-256color\nset -g set-titles off\nset -g default-command sh\nset -g automatic-rename off\n",
  );
  const author = {
    GIT_AUTHOR_NAME: "A",
    GIT_AUTHOR_EMAIL: "a@example.org",
    GIT_COMMITTER_NAME: "A",
    GIT_COMMITTER_EMAIL: "a@example.org",
  };
  const at = (i: number): Record<string, string> => ({
    ...author,
    GIT_AUTHOR_DATE: `2026-01-${10 + i}T10:00:00Z`,
    GIT_COMMITTER_DATE: `2026-01-${10 + i}T10:00:00Z`,
  });
  run(["git", "init", "-q", "-b", "main"]);
  for (const [i, subject] of [
    "first",
    "second",
    "third change of many lines",
    "fourth",
  ].entries()) {
    writeFileSync(join(DEMO, "folder", `file${i}.txt`), `${subject}\n`.repeat(i + 3));
    run(["git", "add", "-A"], at(i));
    run(
      ["git", "commit", "-q", "-m", subject, "-m", "Body of the message.\n\nWith paragraphs."],
      at(i),
    );
  }
}

/** Types the keys one after another, each when the program has gone quiet; resolves with its output. */
async function record(program: {
  argv: string[];
  keys: string[];
  env?: Record<string, string>;
}): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let lastOutput = performance.now();
  const started = performance.now();
  const model = createTerminalBackend({
    rows: ROWS,
    cols: COLS,
    onReply: (bytes) => terminal.write(bytes),
  });
  const terminal = new Bun.Terminal({
    rows: ROWS,
    cols: COLS,
    data: (_, data) => {
      lastOutput = performance.now();
      if (size < MAX_BYTES) chunks.push(data.slice());
      size += data.length;
      model.consume(data);
    },
  });
  const child = Bun.spawn(["setsid", "-c", "-w", ...program.argv], {
    cwd: DEMO,
    env: demoEnvironment(program.env ?? {}),
    terminal,
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  for (const keys of [...program.keys, ""]) {
    const since = performance.now();
    while (!hasEnded() && performance.now() - since < LONGEST_WAIT_MS) {
      await Bun.sleep(20);
      if (performance.now() - Math.max(lastOutput, since) > QUIET_MS) break;
    }
    if (hasEnded()) break;
    terminal.write(keys);
  }
  if (!hasEnded()) child.kill("SIGKILL");
  await child.exited;
  await Bun.sleep(50);
  terminal.close();
  model.close();
  console.log(`  ${Math.round(performance.now() - started)} ms, ${size} bytes`);
  return Buffer.concat(chunks);
}

const names = process.argv.slice(2);
makeDemo();
mkdirSync(TARGET, { recursive: true });
for (const [name, program] of Object.entries(PROGRAMS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const command = program.argv[program.argv[0] === ALONE[0] ? ALONE.length : 0];
  if (
    command === undefined ||
    Bun.which(command, { PATH: "/usr/local/bin:/usr/bin:/bin" }) === null
  ) {
    console.log(`${name}: not installed`);
    continue;
  }
  console.log(name);
  const output = await record(program);
  writeFileSync(join(TARGET, `${name}.gz`), Bun.gzipSync(output, { level: 9 }));
}
run(["tmux", "-L", "demo", "kill-server"]);
rmSync(DEMO, { recursive: true, force: true });
console.log(`written to ${dirname(join(TARGET, "x"))}`);
