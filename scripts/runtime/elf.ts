import {
  findText,
  replaceText,
  unknownRuntime,
  type Executable,
  type Place,
} from "./executable.ts";

const MAGIC = "\x7fELF\x02\x01"; // 64 bits, little-endian
const MACHINE = 18;
const ENTRY = 24;
const PROGRAM_HEADERS = 32;
const SECTION_HEADERS = 40;
const EM_X86_64 = 62;
const EM_AARCH64 = 183;
const PT_LOAD = 1;
const PF_X = 1;
const SHT_DYNSYM = 11;
const SYMBOL_BYTES = 24;

/**
 * Functions of libuv that Bun has no code for: each only says so and ends the program. Native add-ons
 * could call them, and there are none here. They stand one behind the other.
 */
const FIRST_SPARE = "uv_os_environ";
const LAST_SPARE = "uv_os_unsetenv";

interface Section {
  type: number;
  offset: number;
  size: number;
  link: number;
}

/** Reads an ELF executable, as elf(5) describes it. @throws Error when it is not as expected. */
export function readElf(bytes: Buffer): Executable {
  const machine = bytes.readUInt16LE(MACHINE);
  if (machine !== EM_X86_64 && machine !== EM_AARCH64) throw unknownRuntime(`machine ${machine}`);
  const sections = readSections(bytes);
  const symbols = sections.find(({ type }) => type === SHT_DYNSYM);
  const names = sections[symbols?.link ?? -1];
  if (symbols === undefined || names === undefined) throw unknownRuntime("it has no symbols");
  return {
    arch: machine === EM_X86_64 ? "x64" : "arm64",
    start: "entry-point",
    spare: findSpare(bytes, symbols, names),
    entry: Number(bytes.readBigUInt64LE(ENTRY)),
    setEntry: (address) => void bytes.writeBigUInt64LE(BigInt(address), ENTRY),
    redirectImport: (from, to) => {
      const end = names.offset + names.size;
      findText(bytes, to, names.offset, end); // imported as well, so it is there to be called
      replaceText(bytes, findText(bytes, from, names.offset, end), from, to);
    },
  };
}

export function isElf(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, MAGIC.length) === MAGIC;
}

function readSections(bytes: Buffer): Section[] {
  const table = Number(bytes.readBigUInt64LE(SECTION_HEADERS));
  const headerBytes = bytes.readUInt16LE(58);
  const count = bytes.readUInt16LE(60);
  return Array.from({ length: count }, (_, i) => {
    const at = table + i * headerBytes;
    return {
      type: bytes.readUInt32LE(at + 4),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
      link: bytes.readUInt32LE(at + 40),
    };
  });
}

function findSpare(bytes: Buffer, symbols: Section, names: Section): Place {
  const first = findSymbol(bytes, symbols, names, FIRST_SPARE);
  const last = findSymbol(bytes, symbols, names, LAST_SPARE);
  const address = first.address;
  const size = last.address + last.size - address;
  return { offset: offsetOf(bytes, address, size), address, size };
}

function findSymbol(bytes: Buffer, symbols: Section, names: Section, name: string) {
  const nameOffset = findText(bytes, name, names.offset, names.offset + names.size) - names.offset;
  const end = symbols.offset + symbols.size;
  for (let at = symbols.offset; at < end; at += SYMBOL_BYTES) {
    if (bytes.readUInt32LE(at) !== nameOffset) continue;
    const address = Number(bytes.readBigUInt64LE(at + 8));
    return { address, size: Number(bytes.readBigUInt64LE(at + 16)) };
  }
  throw unknownRuntime(`it does not export ${name}`);
}

/** Where an address of executable memory stands in the file. */
function offsetOf(bytes: Buffer, address: number, size: number): number {
  const table = Number(bytes.readBigUInt64LE(PROGRAM_HEADERS));
  const headerBytes = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  for (let at = table; at < table + count * headerBytes; at += headerBytes) {
    const isCode = bytes.readUInt32LE(at) === PT_LOAD && (bytes.readUInt32LE(at + 4) & PF_X) !== 0;
    const offset = Number(bytes.readBigUInt64LE(at + 8));
    const start = Number(bytes.readBigUInt64LE(at + 16));
    const end = start + Number(bytes.readBigUInt64LE(at + 32));
    if (isCode && start <= address && address + size <= end) return offset + address - start;
  }
  throw unknownRuntime(`${FIRST_SPARE} is no code`);
}
