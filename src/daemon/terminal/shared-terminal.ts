import { HEADER_SIZE, marshalMessage } from "../../protocol/frame.ts";
import type { PixelSize, Size } from "../../protocol/messages.ts";
import { Tag } from "../../protocol/tags.ts";
import type { IntegrationState } from "../../protocol/integration.ts";
import type { WatchRequest } from "../../protocol/watch.ts";
import { openPty } from "../../pty/open-pty.ts";
import type { Pty, PtyDriver } from "../../pty/pty.ts";
import type { TerminalBackend } from "../../terminal/backend.ts";
import { Scrollback } from "../../terminal/stream/scrollback.ts";
import { createTerminalBackend } from "../../terminal/xterm-backend.ts";
import type { ClientConnection } from "../clients/client-connection.ts";
import type { Clients } from "../clients/clients.ts";
import { Flow } from "../clients/flow.ts";
import type { ProgramEvents, TerminalOptions } from "../daemon-options.ts";
import { ClientViews } from "../clients/client-views.ts";
import type { ClientSwitch } from "../clients/client-switch.ts";
import { ShellMonitor } from "./shell-monitor.ts";
import { MissedOutput } from "./missed-output.ts";
import { ModelFeed } from "./model-feed.ts";
import { OutputPath } from "./output-path.ts";
import { QuietMemory } from "../quiet-memory.ts";
import { PublicMarks } from "./public-marks.ts";
import { FIRST_SIZE, SharedSize } from "./shared-size.ts";
import { StateSender } from "../clients/state-sender.ts";
import { TerminalInput } from "./terminal-input.ts";
import { TerminalMarks } from "./terminal-marks.ts";

/** Kept of a run command's output; of more, the end. */
const KEPT_RUN_BYTES = 1024 * 1024;

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
  readonly #missed: MissedOutput;
  /** Clients whose terminals may be shown in this one. */
  readonly marks = new TerminalMarks();
  /** For commands that are run in the session's shell. */
  readonly shell: ShellMonitor;
  readonly #size: SharedSize;
  /** The way of the program's output to the clients and the model. */
  readonly output: OutputPath;
  /** What the last run command has printed, as far as it is kept; undefined when there was none. */
  #runOutput: Scrollback | undefined;

  /** Starts the program. @throws TsmError `spawn-failed`. */
  constructor(
    options: TerminalOptions,
    clients: Clients,
    clientSwitch: ClientSwitch,
    events: ProgramEvents,
  ) {
    this.#clients = clients;
    const { scrollbackLines, shellFiles } = options;
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
          this.output.push(bytes);
        },
        onInputDrain: () => {
          this.#input.feed();
          events.onInputRoom();
        },
        onExit: (exit) => {
          this.output.end();
          events.onExit(exit);
        },
      },
    );
    this.#states = new StateSender(this.#backend, this.#model, {
      isAtBorder: () => this.output.isAtBorder,
      onTurn: (client) => this.drained(client),
      onSent: (bytes) => this.#memory.note(bytes),
    });
    this.#views = new ClientViews({
      attached: () => clients.attached(),
      size: () => this.#size.current,
      draw: (port) => {
        this.#model.catchUp();
        return this.#backend.view(port);
      },
      send: (client, bytes) => client.output.sendState([marshalMessage(Tag.Output, bytes)]),
      showAll: (client, lines) => this.#states.sendBack(client, lines),
    });
    const isIntercepted = (): boolean => this.output.isIntercepted;
    this.shell = new ShellMonitor(options, this.#pty, this.#backend, this.#model, isIntercepted);
    this.#input = new TerminalInput(this.#pty, this.#backend, this.#model, {
      shell: this.shell,
      deciding: () => clients.deciding(),
      isShownQuestions: (client) => !client.isDumb && !this.#views.has(client),
      isIntercepted,
      onTyped: (client) => {
        this.#clients.touch(client);
        this.#size.apply();
      },
    });
    this.#flow = new Flow(
      this.#pty,
      () => clients.all(),
      this.#model,
      (bytes) => events.onEvent(`a client has stalled, ${bytes} bytes were left out`),
    );
    this.#size = new SharedSize(clients, this.#views, this.#pty, this.#backend, this.#model);
    this.output = new OutputPath({
      pty: this.#pty,
      shell: this.shell,
      clientSwitch,
      clients,
      views: this.#views,
      model: this.#model,
      flow: this.#flow,
      publicMarks: shellFiles === undefined ? undefined : new PublicMarks(),
      sessionName: options.sessionName,
    });
    this.#missed = new MissedOutput(this.#views, this.#states, (client, request) =>
      this.watch(client, request),
    );
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get driver(): PtyDriver {
    return this.#pty.driver;
  }

  /**
   * The output of a run command begins here.
   * @returns takes a copy of it for readers who come later, in place of the last command's.
   */
  beginRunOutput(): Pick<Scrollback, "write"> {
    this.shell.markRun();
    this.#runOutput = new Scrollback(KEPT_RUN_BYTES);
    return this.#runOutput;
  }

  /** Makes a connection a client: it gets a snapshot of this moment, then live output. */
  attach(client: ClientConnection, size: Size | undefined, isReadOnly: boolean): void {
    this.#model.catchUp(); // what was asked before is not asked of its terminal
    client.output.recover(); // what it may have missed, the snapshot makes up for
    client.isAttached = true;
    client.isReadOnly = isReadOnly;
    if (size !== undefined) client.size = size;
    this.#clients.touch(client);
    const hasResized = this.#size.apply(client);
    if (!this.#views.restart(client)) this.#states.sendAll(client);
    // The kernel signals a new size to the programs; without one they have to be asked.
    if (!hasResized) this.askToRedraw();
    this.#input.noteUser();
  }

  /** Sends a connection the state of this moment and, if it wants, live output. */
  watch(client: ClientConnection, request: WatchRequest): void {
    client.watches = request;
    this.#states.sendCapture(client, request, this.#runOutput);
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

  /** Lets the model know all output up to now. */
  catchUp(): void {
    this.#model.catchUp();
  }

  /** Takes what a connection sends as input. */
  type(client: ClientConnection, bytes: Uint8Array): void {
    this.#input.type(client, bytes);
  }

  /** Whether the program has to read before this client may type more. */
  isInputFull(client: ClientConnection): boolean {
    return this.#input.isFull(client);
  }

  /** Notes the size of a client's terminal; undefined changes nothing. */
  resize(client: ClientConnection, size: Size | undefined): void {
    if (size === undefined) return;
    client.size = size;
    if (!client.isAttached) return;
    this.#clients.touch(client);
    this.#size.apply();
    this.#views.update();
  }

  /** Notes a client's pixels, which the size comes with or behind; undefined changes nothing. */
  notePixels(client: ClientConnection, size: PixelSize | undefined): void {
    if (size === undefined) return;
    client.pixelSize = size;
    if (size.rows === client.size?.rows && size.cols === client.size.cols) this.#size.apply();
  }

  /** A connection takes more again. */
  drained(client: ClientConnection): void {
    client.flush();
    this.#continue(client);
  }

  /** A client's terminal has taken more. */
  shown(client: ClientConnection, totalBytes: number): void {
    client.output.noteShown(totalBytes);
    this.#continue(client);
  }

  #continue(client: ClientConnection): void {
    this.#views.drained(client);
    this.#missed.makeUpAfterStall(client);
    this.#flow.update();
  }

  /** Shows the last state to those who have missed output: no more output comes. */
  makeUpForAll(): void {
    this.#views.finish();
    this.#missed.makeUpForAll(this.#clients.all());
  }

  /** A connection is gone: its size and its queue count no longer. */
  clientLeft(client: ClientConnection): void {
    this.#input.forget(client);
    this.#views.forget(client);
    this.#size.apply();
    this.#input.noteUser();
    this.#flow.update();
  }

  /** Much may wait to be sent now. */
  checkFlow(): void {
    this.#flow.update();
  }

  /** Holds the program back no longer: it is to end. */
  releaseProgram(): void {
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
