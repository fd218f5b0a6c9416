import { DEFAULT_SIZE } from "../../base/default-size.ts";
import { HEADER_SIZE, marshalMessage, writeHeader } from "../../protocol/frame.ts";
import type { PixelSize, Size } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../../protocol/terminal-reset.ts";
import type { IntegrationState } from "../../protocol/integration.ts";
import { encodeRunState } from "../../protocol/run-command.ts";
import type { ShellMark } from "../../protocol/shell-mark.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { WatchRequest } from "../../protocol/watch.ts";
import { openPty } from "../../pty/open-pty.ts";
import type { Pty, PtyDriver } from "../../pty/pty.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";
import type { Scrollback } from "../../terminal/stream/scrollback.ts";
import { SequenceBorder } from "../../terminal/stream/sequence-border.ts";
import { createTerminalBackend } from "../../terminal/xterm-backend.ts";
import type { Client } from "../clients/client-connection.ts";
import type { Clients } from "../clients/clients.ts";
import { Flow } from "../clients/flow.ts";
import type { ProgramEvents, TerminalOptions } from "../daemon-options.ts";
import { ClientViews } from "../clients/client-views.ts";
import type { ClientSwitch } from "../clients/client-switch.ts";
import { ShellSide } from "./shell-monitor.ts";
import { MarkStream } from "./mark-stream.ts";
import { ModelFeed } from "./model-feed.ts";
import { QuietMemory } from "../quiet-memory.ts";
import { PublicMarks, type PromptFacts } from "./public-marks.ts";
import { StateSender } from "../clients/state-sender.ts";
import { TerminalInput } from "./terminal-input.ts";
import { TerminalMarks } from "./terminal-marks.ts";

const FIRST_SIZE = { ...DEFAULT_SIZE, xPixels: 0, yPixels: 0 };
/** Said to a client before the snapshot that makes up for what it has missed. */
const RESYNC_RESET = encodeUtf8(`${TERMINAL_RESET}${CLEAR_SCREEN}`);
/** Ctrl+C. */
const INTERRUPT = Uint8Array.of(0x03);

/** Whoever takes the program's output instead of everybody, and hands on what is for them. */
export interface OutputTap {
  /** @param isOwned whether it is a whole chunk as the PTY gave it. */
  output(bytes: Uint8Array, isOwned: boolean): void;
  mark(mark: ShellMark): void;
}

/**
 * The program's terminal, shared by all clients: output goes to each of them and to the model,
 * input comes from any, and the one that was active last decides the size.
 */
export class SharedTerminal {
  readonly #clients: Clients;
  readonly #pty: Pty;
  readonly #backend: TerminalBackend;
  readonly #model: ModelFeed;
  readonly #states: StateSender;
  readonly #input: TerminalInput;
  /** Clients of another size than the session's. */
  readonly #views: ClientViews;
  readonly #flow: Flow;
  readonly #memory = new QuietMemory(() => this.#backend.pack());
  readonly #border = new SequenceBorder();
  readonly #switch: ClientSwitch;
  /** Clients whose terminals may be shown in this one. */
  readonly marks = new TerminalMarks();
  /** For commands that are run in the session's shell. */
  readonly shell: ShellSide;
  readonly #stream: MarkStream;
  readonly #publicMarks: PublicMarks | undefined;
  readonly #sessionName: () => string;
  #size: PixelSize = FIRST_SIZE;

  /** Starts the program. @throws TsmError `spawn-failed`. */
  constructor(
    options: TerminalOptions,
    clients: Clients,
    clientSwitch: ClientSwitch,
    events: ProgramEvents,
  ) {
    this.#clients = clients;
    this.#switch = clientSwitch;
    const { scrollbackLines, shellFiles } = options;
    this.#publicMarks = shellFiles === undefined ? undefined : new PublicMarks();
    this.#backend = createTerminalBackend({
      ...FIRST_SIZE,
      ...(scrollbackLines === undefined ? {} : { scrollbackLines }),
      onReply: (bytes) => this.#input.questions.takeModelReply(bytes),
      onUnanswered: (question) => this.#input.questions.ask(question),
      onNotification: () => events.onNotification(),
      onFault: (message) => events.onEvent(`terminal model: ${message}`),
    });
    this.#model = new ModelFeed(
      this.#backend,
      (chunk) => this.#pty.recycle(chunk),
      () => this.#flow.update(),
    );
    this.#pty = openPty(
      { ...FIRST_SIZE, ...options, headroom: HEADER_SIZE },
      {
        onData: (bytes) => {
          this.marks.check(bytes);
          this.shell.noteOutput();
          this.#memory.note(bytes.byteLength);
          this.#stream.push(bytes);
        },
        onInputDrain: () => {
          this.#input.feed();
          events.onInputRoom();
        },
        onExit: (exit) => {
          this.#stream.end();
          events.onExit(exit);
        },
      },
    );
    this.#states = new StateSender(this.#backend, this.#model, {
      isAtBorder: () => this.#border.isAtBorder,
      onTurn: (client) => this.drained(client),
      onSent: (bytes) => this.#memory.note(bytes),
    });
    this.#views = new ClientViews({
      attached: () => clients.attached(),
      size: () => this.#size,
      draw: (port) => {
        this.#model.catchUp();
        return this.#backend.view(port);
      },
      send: (client, bytes) => client.sendState([marshalMessage(Tag.Output, bytes)]),
      showAll: (client, lines) => this.#states.sendBack(client, lines),
    });
    this.shell = new ShellSide(options, this.#pty, this.#backend, this.#model);
    this.#input = new TerminalInput(this.#pty, this.#backend, this.#model, {
      shell: this.shell,
      deciding: () => clients.deciding(),
      isShownQuestions: (client) => !client.isDumb && !this.#views.has(client),
      isTapped: () => this.tap !== undefined,
      onTyped: (client) => {
        this.#clients.touch(client);
        this.#applySize();
      },
    });
    this.#stream = new MarkStream(this.shell.secret, {
      onOutput: (bytes, isOwned) => this.#pass(bytes, isOwned),
      onMark: (mark) => this.#takeMark(mark),
      onDone: (chunk) => this.#pty.recycle(chunk),
    });
    this.#sessionName = options.sessionName;
    this.#flow = new Flow(
      this.#pty,
      () => clients.all(),
      this.#model,
      (bytes) => events.onEvent(`a client has stalled, ${bytes} bytes were left out`),
    );
  }

  /** What the last run command has printed, as far as it is kept; undefined when there was none. */
  runOutput: Scrollback | undefined;
  /** Takes the program's output instead of everybody. */
  tap: OutputTap | undefined;

  get pid(): number {
    return this.#pty.pid;
  }

  get driver(): PtyDriver {
    return this.#pty.driver;
  }

  #pass(bytes: Uint8Array, isOwned: boolean): void {
    if (this.tap !== undefined) return this.tap.output(bytes, isOwned);
    this.#publicMarks?.watch(bytes);
    const rest = this.#switch.takeFromOutput(bytes, this.#pty);
    if (rest === undefined) return this.relay(bytes, isOwned);
    if (isOwned) this.#pty.recycle(bytes as Uint8Array<ArrayBuffer>);
    this.relay(rest, false);
  }

  #takeMark(mark: ShellMark): void {
    this.tap?.mark(mark);
    const facts = (): PromptFacts => ({
      sessionName: this.#sessionName(),
      directory: this.shell.directory(),
    });
    // Where nothing was prepared, only run commands make marks.
    const text = this.#publicMarks?.replace(mark, facts) ?? "";
    this.relay(encodeUtf8(text), false);
    this.shell.take(mark);
  }

  #relay(bytes: Uint8Array<ArrayBuffer>): void {
    const start = bytes.byteOffset - HEADER_SIZE;
    const frame = new Uint8Array(bytes.buffer, start, HEADER_SIZE + bytes.byteLength);
    writeHeader(frame, 0, Tag.Output, bytes.byteLength);
    this.#border.push(bytes);
    const isBorder = this.#border.isAtBorder;
    for (const client of this.#clients.all()) {
      if (!client.follows || client.isStalled || this.#views.has(client)) continue;
      client.sendOutput(frame, isBorder);
    }
    this.#views.noteOutput(bytes);
    this.#model.push(bytes);
    this.#flow.update();
  }

  /**
   * Shows output to everybody and the model.
   * @param isOwned whether it is a whole chunk as the PTY gave it; anything else is copied.
   */
  relay(bytes: Uint8Array, isOwned: boolean): void {
    if (bytes.byteLength === 0) return;
    if (isOwned) return this.#relay(bytes as Uint8Array<ArrayBuffer>);
    const copy = new Uint8Array(HEADER_SIZE + bytes.byteLength);
    copy.set(bytes, HEADER_SIZE);
    this.#relay(copy.subarray(HEADER_SIZE));
  }

  /** Makes a connection a client: it gets a snapshot of this moment, then live output. */
  attach(client: Client, size: Size | undefined, isReadOnly: boolean): void {
    this.#model.catchUp(); // what was asked before is not asked of its terminal
    client.recover(); // what it may have missed, the snapshot makes up for
    client.isAttached = true;
    client.isReadOnly = isReadOnly;
    if (size !== undefined) client.size = size;
    this.#clients.touch(client);
    const before = this.#size;
    this.#applySize(client);
    if (!this.#views.restart(client)) this.#states.sendAll(client);
    // A new size makes the kernel tell the programs; the same size has to be told.
    if (before === this.#size) this.askToRedraw();
    this.#input.noteUser();
  }

  /** Sends a connection the state of this moment and, if it wants, live output. */
  watch(client: Client, request: WatchRequest): void {
    client.watches = request;
    this.#states.sendCapture(client, request, this.runOutput);
  }

  /** Makes full-screen programs draw themselves again. */
  askToRedraw(): void {
    this.#pty.signal("SIGWINCH");
  }

  /** The visible screen as styled text. */
  preview(): Uint8Array {
    return this.#states.preview();
  }

  /** Whether the session's shell reports its prompts. */
  integrationState(): IntegrationState {
    return this.shell.integrationState();
  }

  /** Presses Ctrl+C, whoever is attached. */
  interrupt(): void {
    this.shell.typing.note(INTERRUPT);
    this.#pty.write(INTERRUPT);
  }

  /** Sends the signal that Ctrl+C sends, also where the terminal's modes make it a key. */
  signalInterrupt(): void {
    this.#pty.signal("SIGINT");
  }

  /** Lets the model know all output up to now. */
  catchUp(): void {
    this.#model.catchUp();
  }

  /** Takes what a connection sends as input. */
  type(client: Client, bytes: Uint8Array): void {
    this.#input.type(client, bytes);
  }

  /** Whether the program has to read before this client may type more. */
  isInputFull(client: Client): boolean {
    return this.#input.isFull(client);
  }

  /** Notes the size of a client's terminal; undefined changes nothing. */
  resize(client: Client, size: Size | undefined): void {
    if (size === undefined) return;
    client.size = size;
    if (!client.isAttached) return;
    this.#clients.touch(client);
    this.#applySize();
    this.#views.update();
  }

  /** Notes a client's pixels, which the size comes with or behind; undefined changes nothing. */
  notePixels(client: Client, size: PixelSize | undefined): void {
    if (size === undefined) return;
    client.pixelSize = size;
    if (size.rows === client.size?.rows && size.cols === client.size.cols) this.#applySize();
  }

  /**
   * Gives the program the size of the client that was active last.
   * @param attaching who is shown the state of this size next.
   */
  #applySize(attaching?: Client): void {
    const size = this.#clients.size();
    if (size === undefined) return;
    if (isSameSize(size, this.#size)) return;
    this.#size = size;
    this.#model.catchUp(); // what came before was printed for the old size
    this.#backend.resize(size.rows, size.cols, size);
    this.#model.noteChange();
    this.#pty.resize(size);
    this.#views.update(attaching);
  }

  /** A connection takes more again. */
  drained(client: Client): void {
    client.flush();
    this.#continue(client);
  }

  /** A client's terminal has taken more. */
  shown(client: Client, totalBytes: number): void {
    client.noteShown(totalBytes);
    this.#continue(client);
  }

  #continue(client: Client): void {
    this.#views.drained(client);
    if (client.hasRecovered) {
      client.recover();
      this.#makeUp(client);
    }
    this.#flow.update();
  }

  /** Shows the last state to those who have missed output: none comes any more. */
  makeUpForAll(): void {
    this.#views.finish();
    for (const client of this.#clients.all()) {
      if (!client.isStalled) continue;
      client.recover();
      this.#makeUp(client);
    }
  }

  /** Brings a client up to date that has missed output. */
  #makeUp(client: Client): void {
    if (client.listensTo === "run") {
      client.listensTo = "lost";
      return client.send(Tag.RunState, encodeRunState({ kind: "lost" }));
    }
    if (!client.follows) return;
    if (this.#views.has(client)) return this.#views.redraw(client);
    if (client.watches?.follows === true) return this.watch(client, client.watches);
    client.send(Tag.Output, RESYNC_RESET);
    this.#states.sendAll(client);
  }

  /** A connection is gone: its size and its queue count no longer. */
  clientLeft(client: Client): void {
    this.#input.forget(client);
    this.#views.forget(client);
    this.#applySize();
    this.#input.noteUser();
    this.#flow.update();
  }

  /** Much may wait to be sent now. */
  checkFlow(): void {
    this.#flow.update();
  }

  /** Holds the program back no longer: it is to end. */
  letGo(): void {
    this.#pty.resume();
  }

  /** For the end: from now on no client is waited for. */
  stopFlow(): void {
    this.#flow.stop();
  }

  /** Releases the model; the PTY is gone with its program. */
  close(): void {
    this.#input.close();
    this.#views.close();
    this.#memory.close();
    this.#states.close();
    this.#backend.close();
  }
}

function isSameSize(a: PixelSize, b: PixelSize): boolean {
  const isSame = a.rows === b.rows && a.cols === b.cols;
  return isSame && a.xPixels === b.xPixels && a.yPixels === b.yPixels;
}
