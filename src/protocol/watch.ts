/** All lines that there are. */
export const ALL_LINES = 0xffff_ffff;

/** What of a session is to be shown. */
export interface WatchRequest {
  /** Whether output is wanted from now on, too. */
  follows: boolean;
  /** Whether what the last run command has printed is wanted first. */
  wantsRun: boolean;
  /** Lines wanted from above the screen, a wrapped one counted once; {@link ALL_LINES} for all. */
  scrollbackLines: number;
}

const FOLLOWS = 1;
const WANTS_RUN = 2;
const REQUEST_SIZE = 5;

/** Payload of Watch: u8 flags (1: follow, 2: the last run), u32 lines above the screen. */
export function encodeWatchRequest(request: WatchRequest): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(REQUEST_SIZE);
  const view = new DataView(payload.buffer);
  view.setUint8(0, (request.follows ? FOLLOWS : 0) | (request.wantsRun ? WANTS_RUN : 0));
  view.setUint32(1, request.scrollbackLines, true);
  return payload;
}

/** The request in a Watch payload, whose rest is ignored; undefined when it is too short. */
export function decodeWatchRequest(payload: Uint8Array): WatchRequest | undefined {
  if (payload.byteLength < REQUEST_SIZE) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, REQUEST_SIZE);
  return {
    follows: (view.getUint8(0) & FOLLOWS) !== 0,
    wantsRun: (view.getUint8(0) & WANTS_RUN) !== 0,
    scrollbackLines: view.getUint32(1, true),
  };
}

/** The terminal that a snapshot was taken of. */
export interface SnapshotHeader {
  rows: number;
  cols: number;
  /** Bytes of Output that follow and bring a terminal of this size to the same state. */
  byteLength: number;
  /**
   * Row in that state, counted from the first of its scrollback, at which the output of the last
   * run command begins; undefined when there was none, or when it is not there any more.
   */
  runRow: number | undefined;
}

const HEADER_SIZE = 12;
const NO_ROW = 0xffff_ffff;

/** Payload of Snapshot: u16 rows, u16 cols, u32 bytes that follow, u32 row of the last run. */
export function encodeSnapshotHeader(header: SnapshotHeader): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(HEADER_SIZE);
  const view = new DataView(payload.buffer);
  view.setUint16(0, header.rows, true);
  view.setUint16(2, header.cols, true);
  view.setUint32(4, header.byteLength, true);
  view.setUint32(8, header.runRow ?? NO_ROW, true);
  return payload;
}

/** The header in a Snapshot payload, whose rest is ignored; undefined when it is too short. */
export function decodeSnapshotHeader(payload: Uint8Array): SnapshotHeader | undefined {
  if (payload.byteLength < HEADER_SIZE) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, HEADER_SIZE);
  const row = view.getUint32(8, true);
  return {
    rows: view.getUint16(0, true),
    cols: view.getUint16(2, true),
    byteLength: view.getUint32(4, true),
    runRow: row === NO_ROW ? undefined : row,
  };
}
