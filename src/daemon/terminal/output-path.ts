import { HEADER_SIZE, writeHeader } from "../../protocol/frame.ts";
import type { SequenceScanner } from "../../protocol/sequence-scanner.ts";
import { shellMarkOf, shellMarkScanner, type ShellMark } from "../../protocol/shell-mark.ts";
import { Tag } from "../../protocol/tags.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { Pty } from "../../pty/pty.ts";
import { SequenceBorder } from "../../terminal/stream/sequence-border.ts";
import type { ClientSwitch } from "../clients/client-switch.ts";
import type { ClientViews } from "../clients/client-views.ts";
import type { Clients } from "../clients/clients.ts";
import type { Flow } from "../clients/flow.ts";
import type { ModelFeed } from "./model-feed.ts";
import type { PublicMarks } from "./public-marks.ts";
import type { ShellMonitor } from "./shell-monitor.ts";

/** Gets the program's output in place of the clients, and relays what is meant for them. */
export interface OutputInterceptor {
  /** @param isOwned whether it is a whole chunk as the PTY gave it. */
  onOutput(bytes: Uint8Array, isOwned: boolean): void;
  onMark(mark: ShellMark): void;
}

/** What output passes on its way. */
export interface OutputStages {
  pty: Pick<Pty, "foregroundGroup" | "recycle">;
  shell: ShellMonitor;
  clientSwitch: ClientSwitch;
  clients: Clients;
  views: ClientViews;
  model: ModelFeed;
  flow: Flow;
  /** Present where a shell has our integration: its marks are translated for terminals. */
  publicMarks: PublicMarks | undefined;
  sessionName(): string;
}

/**
 * The path of a program's output: the shell's private marks are taken out, then a run command may
 * intercept the rest; everything else goes to the clients and the terminal model.
 */
export class OutputPath {
  readonly #stages: OutputStages;
  readonly #scanner: SequenceScanner;
  readonly #border = new SequenceBorder();
  #interceptor: OutputInterceptor | undefined;

  constructor(stages: OutputStages) {
    this.#stages = stages;
    this.#scanner = shellMarkScanner(stages.shell.secret);
  }

  /** Whether no sequence and no character of the output up to now is open. */
  get isAtBorder(): boolean {
    return this.#border.isAtBorder;
  }

  get isIntercepted(): boolean {
    return this.#interceptor !== undefined;
  }

  /**
   * Diverts output to an interceptor, of which there is one at a time: a new one replaces it.
   * @returns ends the interception; does nothing once it has been replaced or ended.
   */
  intercept(interceptor: OutputInterceptor): () => void {
    this.#interceptor = interceptor;
    return () => {
      if (this.#interceptor === interceptor) this.#interceptor = undefined;
    };
  }

  /** Takes a chunk from the PTY, whose buffer goes back to it when the last reader is done. */
  push(chunk: Uint8Array<ArrayBuffer>): void {
    let isPassedWhole = false;
    for (const part of this.#scanner.push(chunk)) {
      if (part.kind === "bytes") {
        const isWhole = part.bytes === chunk;
        isPassedWhole ||= isWhole;
        this.#pass(part.bytes, isWhole);
      } else this.#takeMark(shellMarkOf(part));
    }
    if (!isPassedWhole) this.#stages.pty.recycle(chunk);
  }

  /** The program has ended: what could have become a mark was plain output. */
  end(): void {
    this.#pass(this.#scanner.flush(), false);
  }

  #takeMark(mark: ShellMark | undefined): void {
    if (mark === undefined) return;
    const { shell, publicMarks, sessionName } = this.#stages;
    this.#interceptor?.onMark(mark);
    // Where nothing was prepared, only run commands make marks.
    const text = publicMarks?.replace(mark, () => ({
      sessionName: sessionName(),
      directory: shell.directory(),
    }));
    this.relay(encodeUtf8(text ?? ""), false);
    shell.take(mark);
  }

  #pass(bytes: Uint8Array, isOwned: boolean): void {
    const { publicMarks, clientSwitch, pty } = this.#stages;
    if (this.#interceptor !== undefined) return this.#interceptor.onOutput(bytes, isOwned);
    publicMarks?.watch(bytes);
    const rest = clientSwitch.takeFromOutput(bytes, pty);
    if (rest === undefined) return this.relay(bytes, isOwned);
    if (isOwned) pty.recycle(bytes as Uint8Array<ArrayBuffer>);
    this.relay(rest, false);
  }

  /**
   * Shows output to every client and the model.
   * @param isOwned whether it is a whole chunk as the PTY gave it; anything else is copied.
   */
  relay(bytes: Uint8Array, isOwned: boolean): void {
    if (bytes.byteLength === 0) return;
    if (isOwned) return this.#send(bytes as Uint8Array<ArrayBuffer>);
    const copy = new Uint8Array(HEADER_SIZE + bytes.byteLength);
    copy.set(bytes, HEADER_SIZE);
    this.#send(copy.subarray(HEADER_SIZE));
  }

  /** @param bytes preceded in their buffer by room for a frame's header. */
  #send(bytes: Uint8Array<ArrayBuffer>): void {
    const { clients, views, model, flow } = this.#stages;
    const start = bytes.byteOffset - HEADER_SIZE;
    const frame = new Uint8Array(bytes.buffer, start, HEADER_SIZE + bytes.byteLength);
    writeHeader(frame, 0, Tag.Output, bytes.byteLength);
    this.#border.push(bytes);
    const isBorder = this.#border.isAtBorder;
    for (const client of clients.all()) {
      if (!client.follows || client.isStalled || views.has(client)) continue;
      client.output.sendLive(frame, isBorder);
    }
    views.noteOutput(bytes);
    model.push(bytes);
    flow.update();
  }
}
