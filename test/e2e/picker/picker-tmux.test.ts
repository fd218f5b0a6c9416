import { expect, setDefaultTimeout, test } from "bun:test";

import { Sandbox, TSM, until } from "../support/sandbox.ts";

setDefaultTimeout(60_000);

const TMUX = Bun.which("tmux");

/** A tmux server of its own: a terminal that nobody here has written. */
class Tmux implements Disposable {
  readonly #box: Sandbox;

  constructor(box: Sandbox, command: string) {
    this.#box = box;
    this.#run("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "24", command);
  }

  keys(...keys: string[]): void {
    this.#run("send-keys", ...keys);
  }

  get text(): string {
    return this.#run("capture-pane", "-p");
  }

  async shows(text: string | RegExp): Promise<void> {
    const isThere = (shown: string): boolean =>
      typeof text === "string" ? shown.includes(text) : text.test(shown);
    await until(() => isThere(this.text), `${String(text)} in tmux`);
  }

  [Symbol.dispose](): void {
    this.#run("kill-server");
  }

  #run(...args: string[]): string {
    const socket = `${this.#box.root}/tmux`;
    const env = this.#box.env();
    const { stdout, stderr, success } = Bun.spawnSync([TMUX ?? "tmux", "-S", socket, ...args], {
      env,
    });
    if (!success) throw new Error(`tmux ${args.join(" ")}: ${stderr.toString()}`);
    return stdout.toString();
  }
}

test.skipIf(TMUX === null)("in tmux the picker draws, filters, attaches and leaves", async () => {
  await using box = new Sandbox();
  for (const name of ["one", "two", "建置"]) await box.ok("new", name);
  using tmux = new Tmux(box, "PS1='before ' exec sh");
  await tmux.shows("before");
  tmux.keys(`'${TSM}'`, "Enter");
  await tmux.shows(/^▌ one +○ +\d+s/m);
  await tmux.shows("3 sessions · by repo");
  const columns = tmux.text
    .split("\n")
    .filter((line) => line.includes("○"))
    .map((line) => Bun.stringWidth(line.slice(0, line.indexOf("○"))));
  expect(new Set(columns).size).toBe(1);
  expect(columns.length).toBe(3);
  tmux.keys("Down", "Down", "k");
  await tmux.shows("kill 建置? y/n");
  tmux.keys("y");
  await tmux.shows("killed: 建置");
  tmux.keys("/", "t", "w");
  await tmux.shows("1 of 2");
  tmux.keys("Enter");
  await tmux.shows(/^\$/m);
  tmux.keys("echo $TSM_SESSION is it", "Enter");
  await tmux.shows("two is it");
  tmux.keys("C-]");
  await tmux.shows("▌ two *");
  tmux.keys("Escape");
  await tmux.shows(/^two is it/m);
  tmux.keys("C-\\");
  await tmux.shows("[detached from two]");
  tmux.keys(`clear; '${TSM}'`, "Enter");
  await tmux.shows("2 sessions");
  tmux.keys("q");
  await tmux.shows(/^before/);
  tmux.keys("stty -a | tr ' ;' '\\n\\n' | grep -xe icanon -e echo | tr '\\n' +", "Enter");
  await tmux.shows(/^icanon\+echo\+/m);
});
