import { concatBytes } from "../protocol/concat-bytes.ts";
import { HEADER_SIZE, marshalMessage, writeHeader } from "../protocol/frame.ts";
import type { PixelSize, Size } from "../protocol/messages.ts";
import { Tag } from "../protocol/tags.ts";
import { CLEAR_SCREEN, TERMINAL_RESET } from "../protocol/terminal-reset.ts";
import type { IntegrationState } from "../protocol/integration.ts";
import { inPayloads } from "../protocol/payloads.ts";
import { encodeRunState } from "../protocol/run-command.ts";
import type { ShellMark } from "../protocol/shell-mark.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { ALL_LINES, encodeSnapshotHeader, type WatchRequest } from "../protocol/watch.ts";
import { openPty } from "../pty/open-pty.ts";
import type { Pty, PtyDriver } from "../pty/pty.ts";
import { isAlive } from "../pty/session-processes.ts";
import type { TerminalBackend } from "../terminal/backend.ts";
import type { ReplyPolicy } from "../terminal/reply-filter.ts";
import type { Scrollback } from "../terminal/scrollback.ts";
import { SequenceBorder } from "../terminal/sequence-border.ts";
import type { SnapshotPieces } from "../terminal/snapshot.ts";
import { createTerminalBackend } from "../terminal/xterm-backend.ts";
import type { Client } from "./client.ts";
import type { Clients } from "./clients.ts";
import { Flow } from "./flow.ts";
import { FocusReports } from "./focus-reports.ts";
import type { TerminalEvents, TerminalOptions } from "./daemon-options.ts";
import { aroundState } from "./client-view.ts";
import { ClientViews } from "./client-views.ts";
import type { ClientSwitch } from "./client-switch.ts";
import { ShellSide } from "./shell-side.ts";
import { MarkStream } from "./mark-stream.ts";
import { ModelFeed } from "./model-feed.ts";
import { QuietMemory } from "./quiet-memory.ts";
import { PublicMarks, type PromptFacts } from "./public-marks.ts";
import { SnapshotCache } from "./snapshot-cache.ts";
import { TerminalMarks } from "./terminal-marks.ts";
import { TerminalQuestions } from "./terminal-questions.ts";
import { TypedInput } from "./typed-input.ts";

const FIRST_SIZE = { rows: 24, cols: 80, xPixels: 0, yPixels: 0 };
/** Said to a client before the snapshot that makes up for what it has missed. */
const RESYNC_RESET = encodeUtf8(`${TERMINAL_RESET}${CLEAR_SCREEN}`);
/** A state goes out in frames of this size: a client that takes nothing loses all but one of them. */
const STATE_FRAME_BYTES = 64 * 1024;
/** Ctrl+C. */
const INTERRUPT = Uint8Array.of(0x03);
const EMPTY = new Uint8Array(0);
/** With so many answers waiting for the program, it reads none: it gets no more of them. */
const MAX_ANSWER_BYTES = 64 * 1024;
const FOCUS_LOST = "\x1b[O";

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
  readonly #snapshots: SnapshotCache;
  readonly #input: TypedInput<object>;
  /** All who type without being attached: what one of them sends comes before what the next does. */
  readonly #senders = {};
  /** Those who answer what the program asks: answers keep their order. */
  readonly #answers = {};
  readonly #questions: TerminalQuestions;
  /** Clients of another size than the session's. */
  readonly #views: ClientViews;
  readonly #focus: FocusReports;
  readonly #flow: Flow;
  readonly #memory = new QuietMemory();
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
    events: TerminalEvents,
  ) {
    this.#clients = clients;
    this.#switch = clientSwitch;
    const { scrollbackLines, shellFiles } = options;
    this.#publicMarks = shellFiles === undefined ? undefined : new PublicMarks();
    this.#backend = createTerminalBackend({
      ...FIRST_SIZE,
      ...(scrollbackLines === undefined ? {} : { scrollbackLines }),
      onReply: (bytes) => this.#questions.takeModelReply(bytes),
      onUnanswered: (question) => this.#questions.ask(question),
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
    this.#snapshots = new SnapshotCache(this.#backend, this.#model);
    this.#input = new TypedInput(this.#pty);
    this.#questions = new TerminalQuestions({
      deciding: () => this.#asked(),
      foregroundGroup: () => this.#pty.foregroundGroup(),
      isGone: (asker) => this.#isGone(asker),
      dropsAnswers: () => this.#dropsReplies(),
      catchUp: () => this.#model.catchUp(),
      answer: (bytes) => this.#answer(bytes),
    });
    this.#views = new ClientViews({
      attached: () => clients.attached(),
      size: () => this.#size,
      draw: (port) => {
        this.#model.catchUp();
        return this.#backend.view(port);
      },
      send: (client, bytes) => client.sendState([marshalMessage(Tag.Output, bytes)]),
      showAll: (client, lines) => this.#endView(client, lines),
    });
    this.#focus = new FocusReports({
      asked: () => {
        this.#model.catchUp();
        return this.#backend.focusRequest();
      },
      hasUser: () => clients.deciding() !== undefined,
      report: (text) => this.#input.push(this.#senders, encodeUtf8(text)),
    });
    this.shell = new ShellSide(options, this.#pty, this.#backend, this.#model);
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
    if (!this.#views.restart(client)) this.#sendSnapshot(client);
    // A new size makes the kernel tell the programs; the same size has to be told.
    if (before === this.#size) this.askToRedraw();
    this.#focus.update();
  }

  /** Sends a connection the state of this moment and, if it wants, live output. */
  watch(client: Client, request: WatchRequest): void {
    client.watches = request;
    this.#sendCapture(client, request);
  }

  /** Makes full-screen programs draw themselves again. */
  askToRedraw(): void {
    this.#pty.signal("SIGWINCH");
  }

  /** The visible screen as styled text. */
  preview(): Uint8Array {
    return this.#snapshots.preview();
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

  #sendSnapshot(client: Client): void {
    this.#sendPieces(client, this.#snapshots.capture(ALL_LINES));
  }

  #sendCapture(client: Client, { scrollbackLines, wantsRun }: WatchRequest): void {
    this.#model.catchUp();
    if (wantsRun) {
      for (const part of inPayloads(this.runOutput?.bytes() ?? EMPTY)) {
        if (part.byteLength > 0) client.send(Tag.RunOutput, part);
      }
    }
    const capture = this.#snapshots.capture(scrollbackLines);
    client.send(Tag.Snapshot, encodeSnapshotHeader(capture));
    this.#sendPieces(client, capture);
  }

  /** Sends a state as the client takes it. Output that comes meanwhile waits behind it. */
  #sendPieces(client: Client, { byteLength, pieces }: SnapshotPieces): void {
    const frames = outputFrames(pieces);
    client.sendStateLater({ frames, byteLength }, () => this.drained(client));
    this.#memory.note(byteLength);
  }

  /** A client has the session's size again: it gets the state, and then the output as it comes. */
  #endView(client: Client, lines: number): void {
    const capture = this.#snapshots.capture(Math.min(lines, ALL_LINES));
    // Behind half a sequence stands its rest.
    const { before, after } = aroundState(this.#border.isAtBorder);
    client.send(Tag.Output, encodeUtf8(before));
    this.#sendPieces(client, capture);
    if (after !== "") client.send(Tag.Output, encodeUtf8(after));
  }

  /** The client whose terminal is shown what the program asks. */
  #asked(): Client | undefined {
    const client = this.#clients.deciding();
    return client === undefined || this.#views.has(client) ? undefined : client;
  }

  /** Takes what a connection sends as input. */
  type(client: Client, bytes: Uint8Array): void {
    if (client.isReadOnly) return;
    this.shell.typing.note(bytes);
    if (!client.isAttached) return this.#input.push(this.#senders, bytes);
    // Every client's terminal answers what a program asks; only one answer may reach it.
    const policy: ReplyPolicy = {
      takes: (reply, answer, hasPassed) => this.#questions.take(client, reply, answer, hasPassed),
      holdsKeys: client !== this.#clients.deciding(),
    };
    client.filterReplies(bytes, policy, (typed) => this.#write(client, typed));
  }

  /** Whether the program has to read before this client may type more. */
  isInputFull(client: Client): boolean {
    return this.#input.isFull(client.isAttached ? client : this.#senders);
  }

  /** Writes what an attached client has typed, which makes it the one that decides. */
  #write(client: Client, typed: Uint8Array): void {
    if (typed.byteLength === 0) return;
    const news = this.#focus.filter(typed);
    if (!isFocusLost(typed)) {
      this.#clients.touch(client);
      this.#applySize();
    }
    if (news.byteLength > 0) this.#input.push(client, news);
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

  #answer(bytes: Uint8Array): void {
    if (this.#input.waitingBytes(this.#answers) > MAX_ANSWER_BYTES) return;
    this.#input.push(this.#answers, bytes);
  }

  /**
   * Whether the program that asked has ended, and what it was to be told would be typed at the prompt
   * of its shell, or be echoed.
   */
  #isGone(asker: number | undefined): boolean {
    if (asker === undefined || asker === this.#pty.foregroundGroup()) return false;
    return !isAlive(-asker) && (this.shell.isPrompting || this.#pty.lineModes()?.hasEcho === true);
  }

  /**
   * Whether no terminal's answer may reach the program: a run command's output may happen to look
   * like a question, and an answer would come out in it, or stand at the next prompt. A program that
   * does ask has the terminal to itself then, and has turned the echo off.
   */
  #dropsReplies(): boolean {
    if (this.tap === undefined) return false;
    const hasEcho = this.#pty.lineModes()?.hasEcho !== false;
    return hasEcho || this.#pty.foregroundGroup() === this.#pty.pid;
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
    if (client.watches?.follows === true) return this.#sendCapture(client, client.watches);
    client.send(Tag.Output, RESYNC_RESET);
    this.#sendSnapshot(client);
  }

  /** A connection is gone: its size and its queue count no longer. */
  clientLeft(client: Client): void {
    this.#questions.forget(client);
    this.#views.forget(client);
    this.#applySize();
    this.#focus.update();
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
    this.#questions.close();
    this.#views.close();
    this.#focus.close();
    this.#memory.close();
    this.#snapshots.clear();
    this.#backend.close();
  }
}

/** Frames of a useful size, whatever that of the pieces; at least one. */
function* outputFrames(pieces: Iterable<Uint8Array>): Generator<Uint8Array, void> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let isFirst = true;
  for (const piece of pieces) {
    for (const part of inPayloads(piece, STATE_FRAME_BYTES)) {
      parts.push(part);
      size += part.byteLength;
      if (size < STATE_FRAME_BYTES / 2) continue;
      yield marshalMessage(Tag.Output, concatBytes(parts));
      parts = [];
      size = 0;
      isFirst = false;
    }
  }
  if (size > 0 || isFirst) yield marshalMessage(Tag.Output, concatBytes(parts));
}

function isSameSize(a: PixelSize, b: PixelSize): boolean {
  const isSame = a.rows === b.rows && a.cols === b.cols;
  return isSame && a.xPixels === b.xPixels && a.yPixels === b.yPixels;
}

/** A terminal that loses the focus tells so, but nobody has typed. */
function isFocusLost(bytes: Uint8Array): boolean {
  return bytes.byteLength === FOCUS_LOST.length && Buffer.from(bytes).toString() === FOCUS_LOST;
}
