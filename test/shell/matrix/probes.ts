import { encodeUtf8 } from "../../../src/protocol/utf8.ts";
import { probeSession } from "../../../src/sessions/wire/requests.ts";
import { SessionRun } from "../../../src/sessions/wire/session-run.ts";
import { RawClient } from "../../e2e/support/raw-client.ts";
import type { Sandbox } from "../../e2e/support/sandbox.ts";
import type { Probe } from "./set-up.ts";

/** For one step; nothing takes so long unless it fails. */
const STEP_MS = 6000;
const INTERRUPTED = 130;
const BINARY_BYTES = 4096;

export interface Outcome {
  holds: boolean;
  /** What was seen instead. */
  detail: string;
}

interface Ran {
  output: Buffer;
  /** A number, or why there is none. */
  code: number | string;
}

/** A session in which a set-up is tried. */
export class MatrixSession {
  readonly #box: Sandbox;
  readonly #name: string;
  readonly #prompt: string;
  readonly #isFish: boolean;
  readonly #binary = crypto.getRandomValues(new Uint8Array(BINARY_BYTES));
  #client: RawClient | undefined;
  #output = "";

  constructor(box: Sandbox, name: string, prompt: string, isFish: boolean) {
    this.#box = box;
    this.#name = name;
    this.#prompt = prompt;
    this.#isFish = isFish;
  }

  /** Waits for the first prompt. */
  async open(): Promise<void> {
    await this.run("true");
    this.#client = await RawClient.attach(this.#box.socket(this.#name), { rows: 24, cols: 200 });
    const decoder = new TextDecoder();
    this.#client.onOutput = (bytes) => (this.#output += decoder.decode(bytes, { stream: true }));
    // Its size is new: some line editors redraw the prompt only at the next key.
    if (this.#prompt !== "") await this.#type("").catch(() => {});
  }

  close(): void {
    this.#client?.close();
  }

  async try(probe: Probe): Promise<Outcome> {
    try {
      const wrong = await this.#probe(probe);
      return { holds: wrong === undefined, detail: wrong ?? "" };
    } catch (error) {
      return { holds: false, detail: error instanceof Error ? error.message : String(error) };
    }
  }

  /** @returns what is wrong; undefined when nothing is. */
  #probe(probe: Probe): Promise<string | undefined> {
    switch (probe) {
      case "marks":
        return this.#tryMarks();
      case "hooks":
        return this.#tryHooks();
      case "status":
        return this.#tryStatus();
      case "run":
        return this.#tryRun();
      case "exported":
        return this.#tryExported();
      case "quiet":
        return this.#tryQuiet();
    }
  }

  async #tryMarks(): Promise<string | undefined> {
    const output = await this.#type("true");
    const marks = [...output.matchAll(/\x1b\]133;([^\x07\x1b]*)/g)].map((match) => match[1] ?? "");
    const kinds = marks.map((mark) => mark.replace(/^([AC]);.*/, "$1")).join(" ");
    return /^C D(;0)? A( B)?$/.test(kinds)
      ? undefined
      : `marks: ${kinds} in ${JSON.stringify(output)}`;
  }

  async #tryHooks(): Promise<string | undefined> {
    const before = await this.run('echo "$hooks"');
    const after = await this.run('echo "$hooks"');
    const difference = Number(after.output) - Number(before.output);
    return difference === 1 ? undefined : `${describe(before)}, then ${describe(after)}`;
  }

  async #tryStatus(): Promise<string | undefined> {
    const status = this.#isFish ? 'echo "$status"' : 'echo "$?"';
    const failed = await this.run("sh -c 'exit 3'");
    const told = await this.run(status);
    if (failed.code === 3 && lastLine(told) === "3") return undefined;
    return `${describe(failed)}, then ${describe(told)}`;
  }

  async #tryRun(): Promise<string | undefined> {
    const path = `${this.#box.root}/${this.#name}.binary`;
    await Bun.write(path, this.#binary);
    const cases: [text: string, output: Uint8Array, code: number][] = [
      ["echo hi", encodeUtf8("hi\n"), 0],
      ["sh -c 'echo out; exit 7'", encodeUtf8("out\n"), 7],
      [`cat '${path}'`, this.#binary, 0],
    ];
    for (const [text, output, code] of cases) {
      const ran = await this.run(text);
      if (ran.code !== code || !ran.output.equals(output)) return `${text}: ${describe(ran)}`;
    }
    const interrupted = await this.run("sh -c 'echo begun; exec sleep 100'", true);
    if (interrupted.code !== INTERRUPTED) return `interrupted: ${describe(interrupted)}`;
    const on = await this.run("echo on");
    return on.code === 0 && on.output.toString() === "on\n" ? undefined : `then: ${describe(on)}`;
  }

  async #tryExported(): Promise<string | undefined> {
    const { output, code } = await this.run("env");
    const found = /^.*(__tsm|TSM_MARK|TSM_ORIG|\]133;).*$/m.exec(output.toString("latin1"));
    return found === null && code === 0 ? undefined : `env: ${found?.[0] ?? code}`;
  }

  async #tryQuiet(): Promise<string | undefined> {
    const output = strip(await this.#type("")).trimStart();
    // The mark is before the last line.
    const isMarked = output.includes(`[tsm:${this.#name}] ${this.#prompt.split("\n").at(-1)}`);
    const shown = isMarked ? output.replace(`[tsm:${this.#name}] `, "") : output;
    return shown === this.#prompt ? undefined : `after Enter: ${JSON.stringify(output)}`;
  }

  /** Types a line, and returns what is shown until the next prompt is there. */
  async #type(line: string): Promise<string> {
    await this.#settle();
    this.#output = "";
    this.#client?.type(`${line}\r`);
    await this.#settle("\n");
    return this.#output;
  }

  /** Waits until the prompt follows the given text and all of the shell's reports have arrived. */
  async #settle(behind = ""): Promise<void> {
    const last = this.#prompt.split("\n").at(-1)?.trimEnd() ?? "";
    const isThere = (): boolean => {
      const shown = strip(this.#output);
      if (last !== "") {
        const line = shown.slice(shown.lastIndexOf("\n") + 1).trimEnd();
        return shown.includes(behind) && line.endsWith(last);
      }
      return this.#output.lastIndexOf("133;B") > this.#output.lastIndexOf("\n");
    };
    const what = (): string => `no prompt behind ${JSON.stringify(this.#output.slice(-300))}`;
    let before: string;
    do {
      await poll(isThere, STEP_MS, what);
      before = this.#output;
      // The daemon answers when it has handed on what came before.
      for (let round = 0; round < 3; round++) {
        await probeSession(this.#box.socket(this.#name));
        await Bun.sleep(3);
      }
    } while (this.#output !== before);
  }

  /** Runs text; interrupts it once it has begun, if that is wanted. */
  async run(text: string, interrupts = false): Promise<Ran> {
    const request = {
      text: encodeUtf8(text),
      isScript: false,
      isDetached: false,
      isPatient: false,
    };
    let run: SessionRun | undefined;
    const chunks: Uint8Array[] = [];
    let mustInterrupt = interrupts;
    const timer = setTimeout(() => run?.close(), STEP_MS);
    try {
      run = await SessionRun.start(this.#box.config, this.#name, request);
      for await (const event of run.events()) {
        if (event.kind === "output") chunks.push(event.bytes);
        // When the program runs: a shell that has not started it yet would go on with the next one.
        if (mustInterrupt && event.kind === "output" && event.bytes.byteLength > 0) {
          mustInterrupt = false;
          run.interrupt();
        }
        if (event.kind === "ended") return { output: Buffer.concat(chunks), code: event.code };
        if (event.kind === "session-ended")
          return { output: Buffer.concat(chunks), code: "session ended" };
      }
      return { output: Buffer.concat(chunks), code: "no end" };
    } catch (error) {
      return {
        output: Buffer.concat(chunks),
        code: error instanceof Error ? error.message : "error",
      };
    } finally {
      clearTimeout(timer);
      run?.close();
    }
  }
}

async function poll(isTrue: () => boolean, timeMs: number, what: () => string): Promise<void> {
  const endMs = performance.now() + timeMs;
  while (!isTrue()) {
    if (performance.now() > endMs) throw new Error(what());
    await Bun.sleep(3);
  }
}

function describe({ output, code }: Ran): string {
  return `${code} ${JSON.stringify(output.subarray(0, 200).toString("latin1"))}`;
}

function lastLine({ output }: Ran): string {
  return output.toString().trimEnd().split("\n").at(-1) ?? "";
}

/** Without escape sequences, and without what zsh puts before a prompt to begin a line (prompt_sp). */
function strip(output: string): string {
  return output
    .replace(/\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)/g, "")
    .replace(/\x1b\[[0-9;?<>=]*[A-Za-z]/g, "")
    .replace(/\x1b[()*+].|\x1b[=>78]/g, "")
    .replace(/[%#$] {20,}\r(?: \r)?|⏎ +\r⏎ \r/g, "")
    .replace(/\r/g, "")
    .replace(/[\x0e\x0f]/g, "");
}
