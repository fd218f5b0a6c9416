import { decodeStrictUtf8, encodeUtf8 } from "./utf8.ts";

/** A terminal's size in character cells. */
export interface Size {
  rows: number;
  cols: number;
}

/** How a command ended: an exit code, or the number of the signal that killed it (else 0). */
export interface ExitStatus {
  code: number;
  signal: number;
}

/** Payload of Resize and Init: u16 rows, u16 cols. */
export function encodeSize(size: Size): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(4);
  const view = new DataView(payload.buffer);
  view.setUint16(0, size.rows, true);
  view.setUint16(2, size.cols, true);
  return payload;
}

/**
 * Size in a Resize or Init payload. Longer payloads are accepted and their rest is ignored;
 * undefined when there are fewer than 4 bytes or a side is 0: such a message changes no size.
 */
export function decodeSize(payload: Uint8Array): Size | undefined {
  if (payload.byteLength < 4) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, 4);
  const size = { rows: view.getUint16(0, true), cols: view.getUint16(2, true) };
  return size.rows > 0 && size.cols > 0 ? size : undefined;
}

/** A terminal's size in characters and in pixels; both pixels are 0 where they are not known. */
export interface PixelSize extends Size {
  xPixels: number;
  yPixels: number;
}

/** Payload of PixelSize: u16 rows, u16 cols, u16 width and u16 height in pixels. */
export function encodePixelSize(size: PixelSize): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(8);
  const view = new DataView(payload.buffer);
  view.setUint16(0, size.rows, true);
  view.setUint16(2, size.cols, true);
  view.setUint16(4, size.xPixels, true);
  view.setUint16(6, size.yPixels, true);
  return payload;
}

/**
 * Size in a PixelSize payload, whose rest is ignored; undefined when there are fewer than 8 bytes.
 */
export function decodePixelSize(payload: Uint8Array): PixelSize | undefined {
  if (payload.byteLength < 8) return undefined;
  const view = new DataView(payload.buffer, payload.byteOffset, 8);
  return {
    rows: view.getUint16(0, true),
    cols: view.getUint16(2, true),
    xPixels: view.getUint16(4, true),
    yPixels: view.getUint16(6, true),
  };
}

/** A client need not report less output as shown, when nothing waits for its terminal. */
export const SHOWN_STEP_BYTES = 512;

/** Payload of Shown: u64 bytes of output. */
export function encodeShown(bytes: number): Uint8Array<ArrayBuffer> {
  const payload = new Uint8Array(8);
  new DataView(payload.buffer).setBigUint64(0, BigInt(bytes), true);
  return payload;
}

/** Bytes in a Shown payload; undefined when it is too short. */
export function decodeShown(payload: Uint8Array): number | undefined {
  if (payload.byteLength < 8) return undefined;
  return Number(new DataView(payload.buffer, payload.byteOffset, 8).getBigUint64(0, true));
}

/** Payload of Exit: u8 exit code, u8 signal. */
export function encodeExit(status: ExitStatus): Uint8Array<ArrayBuffer> {
  return Uint8Array.of(status.code & 0xff, status.signal & 0xff);
}

/** Status in an Exit payload; undefined when it is too short. */
export function decodeExit(payload: Uint8Array): ExitStatus | undefined {
  const [code, signal] = payload;
  return code === undefined || signal === undefined ? undefined : { code, signal };
}

/** The exit status as one number, as shells report it: the code, or 128 + n after signal n. */
export function exitCodeOf(status: ExitStatus): number {
  return status.signal === 0 ? status.code : 128 + status.signal;
}

/** Variables as an Environment payload has them. */
export function encodeVariables(
  variables: Readonly<Record<string, string>>,
): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(variables).filter(([, value]) => !value.includes("\0"));
  return encodeUtf8(entries.map(([name, value]) => `${name}=${value}\0`).join(""));
}

/** Variables in an Environment payload; undefined when it is not UTF-8. */
export function decodeVariables(payload: Uint8Array): Record<string, string> | undefined {
  const text = decodeStrictUtf8(payload);
  if (text === undefined) return undefined;
  const variables: Record<string, string> = {};
  for (const entry of text.split("\0")) {
    const at = entry.indexOf("=");
    if (at > 0) variables[entry.slice(0, at)] = entry.slice(at + 1);
  }
  return variables;
}
