import type { Size } from "../../protocol/messages.ts";
import { encodeUtf8 } from "../../protocol/utf8.ts";
import type { ViewFrame, ViewPort } from "../../terminal/backend.ts";
import { ClientView } from "./client-view.ts";
import type { ClientConnection } from "./client-connection.ts";

/** Time between two frames for one client. */
const FRAME_MS = 40;
/** For so long a smaller terminal says how large the session is. */
const NOTICE_MS = 1500;
const LF = 0x0a;

export interface ViewHooks {
  attached(): Iterable<ClientConnection>;
  /** Size of the session. */
  size(): Size;
  /** The screen as it is now, as far as a terminal of that size shows it. */
  draw(port: ViewPort): ViewFrame | undefined;
  /** Sends what brings a client's terminal to a state. */
  send(client: ClientConnection, bytes: Uint8Array): void;
  /** Sends the session's state to a client that follows the output from now on, with lines above the screen. */
  showAll(client: ClientConnection, lines: number): void;
}

/**
 * Clients whose terminals have another size than the session. They are sent no output but frames: the
 * part of the screen that holds the cursor, or all of it in the upper left corner. Of each no more
 * than one frame is on its way, so that a slow one gets the latest.
 */
export class ClientViews {
  readonly #hooks: ViewHooks;
  readonly #views = new Map<ClientConnection, ClientView>();
  /** Clients whose terminals have the session's scrollback. */
  readonly #withScrollback = new WeakSet<ClientConnection>();
  /** Sizes that a client has been told. */
  readonly #noticed = new WeakMap<ClientConnection, string>();
  readonly #noticeEndMs = new WeakMap<ClientConnection, number>();
  #timer: Timer | undefined;
  /** When it goes off. */
  #timerMs = Number.POSITIVE_INFINITY;

  constructor(hooks: ViewHooks) {
    this.#hooks = hooks;
  }

  has(client: ClientConnection): boolean {
    return this.#views.has(client);
  }

  /**
   * A client asks for the picture again; its terminal shows nothing of the session.
   * @returns whether it gets views, and needs nothing else.
   */
  restart(client: ClientConnection): boolean {
    this.#views.delete(client);
    this.#withScrollback.delete(client);
    this.#noticed.delete(client);
    if (this.#isOther(client)) this.#begin(client);
    else this.#withScrollback.add(client);
    return this.has(client);
  }

  /**
   * The size of the session, or of a client, may have changed.
   * @param but a client that is about to be shown everything again.
   */
  update(but?: ClientConnection): void {
    for (const client of this.#hooks.attached()) {
      if (client === but) continue;
      const view = this.#views.get(client);
      if (view === undefined) {
        if (this.#isOther(client)) this.#begin(client);
      } else if (!this.#isOther(client)) {
        this.#end(view);
      } else {
        if (!isSame(view.size, client.size)) view.forget();
        view.size = client.size ?? view.size;
        this.#request(view);
      }
    }
  }

  /** Something has been printed. */
  noteOutput(bytes: Uint8Array): void {
    if (this.#views.size === 0) return;
    let lines = 0;
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) lines++;
    for (const view of this.#views.values()) {
      view.missedBytes += bytes.byteLength;
      view.missedLines += lines;
      this.#request(view);
    }
  }

  /** A client has taken what it was sent. */
  drained(client: ClientConnection): void {
    if (this.#views.has(client)) this.#plan();
  }

  /** A client's terminal shows anything, after a pause. */
  redraw(client: ClientConnection): void {
    const view = this.#views.get(client);
    if (view === undefined) return;
    view.forget();
    this.#plan();
  }

  /** Draws the last state for all, whatever they have taken. */
  finish(): void {
    for (const view of this.#views.values()) this.#draw(view);
    this.close();
  }

  forget(client: ClientConnection): void {
    this.#views.delete(client);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#timerMs = Number.POSITIVE_INFINITY;
    this.#views.clear();
  }

  #isOther({ size, isAttached, isDumb }: ClientConnection): boolean {
    return isAttached && !isDumb && size !== undefined && !isSame(size, this.#hooks.size());
  }

  #begin(client: ClientConnection): void {
    const view = new ClientView(client, client.size ?? this.#hooks.size());
    this.#views.set(client, view);
    if (this.#isReady(view)) this.#draw(view);
    else this.#plan();
  }

  /** Sends it the output from now on, behind the state of this moment. */
  #end(view: ClientView): void {
    const { client } = view;
    this.#views.delete(client);
    const wrapped = Math.ceil(view.missedBytes / (client.size?.cols ?? 1));
    const hadScrollback = this.#withScrollback.has(client);
    this.#withScrollback.add(client);
    this.#hooks.showAll(client, hadScrollback ? view.missedLines + wrapped : Infinity);
  }

  #request(view: ClientView): void {
    view.isDue = true;
    this.#plan();
  }

  #plan(): void {
    let nextMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    for (const view of this.#views.values()) {
      if (!this.#isReady(view) || !(view.isDue || view.hasNotice)) continue;
      const noticeMs = view.isDue ? 0 : this.#noticeLeftMs(view.client) + 1;
      nextMs = Math.min(nextMs, Math.max(noticeMs, view.frameMs + FRAME_MS - nowMs, 0));
    }
    if (nowMs + nextMs >= this.#timerMs) return;
    clearTimeout(this.#timer);
    this.#timerMs = nowMs + nextMs;
    this.#timer = setTimeout(() => this.#drawDue(), nextMs);
  }

  #drawDue(): void {
    this.#timerMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    for (const view of this.#views.values()) {
      const hasOldNotice = view.hasNotice && this.#noticeLeftMs(view.client) <= 0;
      if (!view.isDue && !hasOldNotice) continue;
      // Timers are in whole milliseconds.
      if (this.#isReady(view) && nowMs >= view.frameMs + FRAME_MS - 1) this.#draw(view);
    }
    this.#plan();
  }

  /** Whether it has taken the frame before. */
  #isReady({ client }: ClientView): boolean {
    return !client.isStalled && client.output.hasTakenAll;
  }

  #draw(view: ClientView): void {
    const { client } = view;
    view.isDue = false;
    view.frameMs = performance.now();
    const frame = this.#hooks.draw(view.port);
    if (frame === undefined) return;
    const bytes = view.update(frame, this.#notice(view));
    if (bytes !== "") this.#hooks.send(client, encodeUtf8(bytes));
    if (view.hasNotice) this.#plan();
  }

  /** How large the session is, once to each client whose terminal is smaller. */
  #notice({ client, size }: ClientView): string | undefined {
    const { rows, cols } = this.#hooks.size();
    if (size.rows >= rows && size.cols >= cols) return undefined;
    const text = `This session is ${cols} columns wide and ${rows} lines high; this is a part of it.`;
    if (this.#noticed.get(client) !== text) {
      this.#noticed.set(client, text);
      this.#noticeEndMs.set(client, performance.now() + NOTICE_MS);
    }
    return this.#noticeLeftMs(client) > 0 ? text : undefined;
  }

  #noticeLeftMs(client: ClientConnection): number {
    return (this.#noticeEndMs.get(client) ?? 0) - performance.now();
  }
}

function isSame(a: Size, b: Size | undefined): boolean {
  return a.rows === b?.rows && a.cols === b.cols;
}
