import { loadLibc } from "../system/system-calls.ts";
import type { LineModes } from "./pty.ts";

/** More than any system's struct termios. */
const TERMIOS_BYTES = 256;

/** Offsets of c_oflag and c_lflag, and the bits checked: <termios.h> of Linux and macOS. */
const LAYOUT =
  process.platform === "darwin"
    ? { oflag: 8, lflag: 24, OPOST: 0x1, ONLCR: 0x2, ICANON: 0x100, ECHO: 0x8 }
    : { oflag: 4, lflag: 12, OPOST: 0x1, ONLCR: 0x4, ICANON: 0x2, ECHO: 0x8 };

/** A terminal's struct termios as it is, or undefined when the descriptor is closed or not a terminal. */
export function readTermios(fd: number): Uint8Array<ArrayBuffer> | undefined {
  const termios = new Uint8Array(TERMIOS_BYTES);
  return loadLibc().tcgetattr(fd, termios) === 0 ? termios : undefined;
}

/** How a terminal treats lines; read on the master, which reports for the slave. */
export function readLineModes(fd: number): LineModes | undefined {
  const termios = readTermios(fd);
  if (termios === undefined) return undefined;
  const view = new DataView(termios.buffer);
  const oflag = view.getUint32(LAYOUT.oflag, true);
  const lflag = view.getUint32(LAYOUT.lflag, true);
  const both = LAYOUT.OPOST | LAYOUT.ONLCR;
  return {
    isCanonical: (lflag & LAYOUT.ICANON) !== 0,
    hasEcho: (lflag & LAYOUT.ECHO) !== 0,
    hasCrLf: (oflag & both) === both,
  };
}
