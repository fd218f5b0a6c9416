/* oxlint-disable no-underscore-dangle -- the names are xterm's */
import { BG } from "./cell-bits.ts";
import type { ExtendedAttrs, Pen, ScreenBuffer, XtermCore } from "./xterm-core.ts";
import { updateExtended } from "./sgr.ts";

export interface Hyperlink {
  /** As the program sent it: `key=value` pairs joined by `:`, often empty. */
  params: string;
  uri: string;
}

/** Longer addresses are shown as plain text. Browsers take some 2 000 characters. */
const MAX_URI_LENGTH = 4096;
const MAX_PARAMS_LENGTH = 256;
/** When this many characters are held, unused links go; if all are in use, new ones are not kept. */
const MAX_TOTAL_LENGTH = 8 << 20;
const FIRST_SWEEP_LINKS = 16_384;

/**
 * The links (OSC 8) that cells refer to by number. xterm keeps a marker per link and line, which made
 * 20 000 linked lines parse at 0.6 MB/s; here a link is one map entry, and a sweep over the buffers
 * removes those that no cell uses any more.
 */
export class HyperlinkMap {
  private readonly links = new Map<number, Hyperlink>();
  private readonly ids = new Map<string, number>();
  private nextId = 1;
  private totalLength = 0;
  private sweepAt = FIRST_SWEEP_LINKS;

  constructor(private readonly core: XtermCore) {}

  get(id: number): Hyperlink | undefined {
    return this.links.get(id);
  }

  /** Handles the payload of OSC 8. */
  apply(payload: string): void {
    const separator = payload.indexOf(";");
    if (separator < 0) return;
    const params = payload.slice(0, separator);
    const uri = payload.slice(separator + 1);
    this.setPenLink(uri === "" ? 0 : this.register(params, uri));
  }

  setPenLink(id: number): void {
    const pen: Pen = this.core._inputHandler._curAttrData;
    if (pen.extended._urlId === id) return;
    pen.extended = pen.extended.clone();
    pen.extended._urlId = id;
    updateExtended(pen);
  }

  private register(params: string, uri: string): number {
    if (uri.length > MAX_URI_LENGTH || params.length > MAX_PARAMS_LENGTH) return 0;
    const key = `${params};${uri}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    if (this.links.size >= this.sweepAt || this.totalLength + key.length > MAX_TOTAL_LENGTH) {
      this.sweep();
      if (this.totalLength + key.length > MAX_TOTAL_LENGTH) {
        this.totalLength += key.length >> 4; // Sweep again only after many more links.
        return 0;
      }
    }
    const id = this.nextId++;
    this.links.set(id, { params, uri });
    this.ids.set(key, id);
    this.totalLength += key.length;
    return id;
  }

  private sweep(): void {
    const used = new Set<number>([this.core._inputHandler._curAttrData.extended._urlId]);
    const { normal, alt } = this.core._bufferService.buffers;
    collectUsed(normal, used);
    collectUsed(alt, used);
    this.totalLength = 0;
    for (const [id, { params, uri }] of this.links) {
      const key = `${params};${uri}`;
      if (used.has(id)) {
        this.totalLength += key.length;
      } else {
        this.links.delete(id);
        this.ids.delete(key);
      }
    }
    this.sweepAt = Math.max(FIRST_SWEEP_LINKS, this.links.size * 2);
  }
}

function collectUsed(buffer: ScreenBuffer, used: Set<number>): void {
  for (let y = 0; y < buffer.lines.length; y++) {
    const line = buffer.lines.get(y);
    if (line === undefined) continue;
    let last: ExtendedAttrs | undefined;
    for (let x = 0; x < line.length; x++) {
      if (((line._data[x * 3 + 2] ?? 0) & BG.hasExtended) === 0) continue;
      const extended = line._extendedAttrs[x];
      if (extended === undefined || extended === last) continue;
      last = extended;
      if (extended._urlId !== 0) used.add(extended._urlId);
    }
  }
}
