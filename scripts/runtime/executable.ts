import type { Arch, Start } from "./entry-stub.ts";

/** A place in an executable: where it stands in the file, and where in memory when that runs. */
export interface Place {
  offset: number;
  address: number;
  /** Bytes. */
  size: number;
}

/** What has to be known of an executable to put code in front of it. */
export interface Executable {
  arch: Arch;
  start: Start;
  /** Executable memory of which nothing is used. */
  spare: Place;
  /** Address of the first code. */
  entry: number;
  /** Makes other code the first one. */
  setEntry(address: number): void;
  /** Makes calls of one function of the system's library calls of another one. */
  redirectImport(from: string, to: string): void;
}

/** A runtime that is not as this build knows it: it has to be looked at before it is used. */
export function unknownRuntime(what: string): Error {
  return new Error(
    `This Bun runtime is not as scripts/runtime expects it: ${what}. Without that, variables of ` +
      `the user's environment would act on tsm itself.`,
  );
}

/** Offset of a NUL-terminated text in a table of such texts. */
export function findText(bytes: Buffer, text: string, from: number, to: number): number {
  const at = bytes.indexOf(`\0${text}\0`, from, "latin1");
  if (at === -1 || at >= to) throw unknownRuntime(`there is no ${text} in it`);
  return at + 1;
}

/** Writes a text over one of the same length. */
export function replaceText(bytes: Buffer, at: number, from: string, to: string): void {
  if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`);
  bytes.write(to, at, "latin1");
}
