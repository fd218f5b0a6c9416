import type { Pen, XtermCore } from "../xterm/xterm-core.ts";
import { updateExtended } from "../xterm/sgr.ts";

export interface Hyperlink {
  /** As the program sent it: `key=value` pairs joined by `:`, often empty. */
  params: string;
  uri: string;
}

/** Longer addresses are shown as plain text. Browsers take some 2 000 characters. */
const MAX_URI_LENGTH = 4096;
const MAX_PARAMS_LENGTH = 256;
/** With more than this, the links used longest ago lose their targets; their text stays. */
const MAX_TOTAL_BYTES = 8 << 20;
/** What a link costs besides its characters: two map entries and a string's header. */
const LINK_BYTES = 160;

/**
 * The links (OSC 8) that cells refer to by number. xterm keeps a marker per link and line, which made
 * 20 000 linked lines parse at 0.6 MB/s; here a link is one entry in a store of fixed size. A number
 * is never reused, so a cell whose link has been dropped has no link, and there is no need to track its
 * line.
 */
export class HyperlinkMap {
  /** The payloads after `8;`, by number. Numbers grow: the lowest is the oldest. */
  readonly #payloads = new Map<number, string>();
  /** The newest number of each payload. */
  readonly #ids = new Map<string, number>();
  #oldestId = 1;
  #nextId = 1;
  #totalBytes = 0;

  readonly #core: XtermCore;

  constructor(core: XtermCore) {
    this.#core = core;
  }

  /** Memory of all links that are kept. */
  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** The payload after `8;` of the link with that number, as long as it is kept. */
  payloadOf(id: number): string | undefined {
    return this.#payloads.get(id);
  }

  /** The link with that number, as long as it is kept. */
  get(id: number): Hyperlink | undefined {
    const payload = this.#payloads.get(id);
    if (payload === undefined) return undefined;
    const separator = payload.indexOf(";");
    return { params: payload.slice(0, separator), uri: payload.slice(separator + 1) };
  }

  /** The number by which cells refer to a link; 0 when it is not kept. */
  idOf({ params, uri }: Hyperlink): number {
    return this.#register(`${params};${uri}`);
  }

  /** Handles the payload of OSC 8. */
  apply(payload: string): void {
    const separator = payload.indexOf(";");
    if (separator < 0) return;
    const uriLength = payload.length - separator - 1;
    const isKept = uriLength > 0 && uriLength <= MAX_URI_LENGTH && separator <= MAX_PARAMS_LENGTH;
    this.setPenLink(isKept ? this.#register(payload) : 0);
  }

  setPenLink(id: number): void {
    const pen: Pen = this.#core._inputHandler._curAttrData;
    if (pen.extended._urlId === id) return;
    pen.extended = pen.extended.clone();
    pen.extended._urlId = id;
    updateExtended(pen);
  }

  #register(payload: string): number {
    const known = this.#ids.get(payload);
    // A link still in use gets a new number in time, so that it is not the next to be dropped.
    if (known !== undefined && known - this.#oldestId >= this.#nextId - known) return known;
    const id = this.#nextId++;
    this.#payloads.set(id, payload);
    this.#ids.set(payload, id);
    this.#totalBytes += bytesOf(payload);
    while (this.#totalBytes > MAX_TOTAL_BYTES) this.#dropOldest();
    return id;
  }

  #dropOldest(): void {
    const id = this.#oldestId++;
    const payload = this.#payloads.get(id) ?? "";
    this.#payloads.delete(id);
    this.#totalBytes -= bytesOf(payload);
    if (this.#ids.get(payload) === id) this.#ids.delete(payload);
  }
}

/** Characters take one byte each in memory, or two when one of them is not Latin-1. */
function bytesOf(payload: string): number {
  return payload.length * (/[^\0-\xff]/.test(payload) ? 2 : 1) + LINK_BYTES;
}
