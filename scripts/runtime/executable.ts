import type { Arch } from "./machine-code.ts";

/** A place in an executable: where it stands in the file, and where in memory when that runs. */
export interface Place {
  offset: number;
  address: number;
  /** Bytes. */
  size: number;
}

/** A runtime that is not as this build knows it: it has to be looked at before it is used. */
export function unknownRuntime(what: string): Error {
  return new Error(
    `This Bun runtime is not as scripts/runtime expects it: ${what}. Without that, variables of ` +
      `the user's environment would act on tsm itself.`,
  );
}

/** Offset of a NUL-terminated text in a table of such texts. */
export function findText(bytes: Buffer, text: string, { offset, size }: Omit<Place, "address">) {
  const at = bytes.indexOf(`\0${text}\0`, offset, "latin1");
  if (at === -1 || at >= offset + size) throw unknownRuntime(`there is no ${text} in it`);
  return at + 1;
}

/** Makes calls of an imported function calls of another one that is imported, too. */
export function redirectImport(
  bytes: Buffer,
  from: string,
  to: string,
  names: Omit<Place, "address">,
): void {
  if (from.length !== to.length) throw new Error(`${from} and ${to} differ in length`);
  findText(bytes, to, names);
  bytes.write(to, findText(bytes, from, names), "latin1");
}

/** Writes code, one piece behind the other, where there is room for it. */
export class CodeWriter {
  readonly #bytes: Buffer;
  readonly #spare: Place;
  #used = 0;

  constructor(bytes: Buffer, spare: Place) {
    this.#bytes = bytes;
    this.#spare = spare;
  }

  /** Address of the next piece. */
  get address(): number {
    return this.#spare.address + this.#used;
  }

  /** @returns the address at which it stands. */
  write(code: Uint8Array): number {
    const { address } = this;
    if (this.#used + code.byteLength > this.#spare.size) {
      throw unknownRuntime("there is too little room in it");
    }
    this.#bytes.set(code, this.#spare.offset + this.#used);
    this.#used += Math.ceil(code.byteLength / ALIGNMENT) * ALIGNMENT;
    return address;
  }
}

const ALIGNMENT = 16;

/** What is known about all kinds of executables. */
export interface Executable {
  arch: Arch;
  /** Address of the first code. */
  entry: number;
  /** Executable memory of which nothing is used. */
  spare: Place;
  /** Names of imported functions. */
  imports: Omit<Place, "address">;
}
