import { unknownRuntime, type Executable, type Place } from "./executable.ts";
import { jump, type Arch } from "./machine-code.ts";

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
const RELOCATION_BYTES = 24;
const PLT_ENTRY_BYTES = 16;
const PLT_HEADER_BYTES = { x64: 16, arm64: 32 } as const;

/**
 * Functions of libuv that Bun has no code for: each only says so and ends the program. Native add-ons
 * could call them, and there are none here. They stand one behind the other.
 */
const FIRST_SPARE = "uv_os_environ";
const LAST_SPARE = "uv_process_kill";

interface Section extends Place {
  name: string;
  type: number;
  link: number;
}

interface ElfExecutable extends Executable {
  /** Address of the C library's variable of that name, which has its place in the executable. */
  environ: number;
  setEntry(address: number): void;
  /** Makes calls of an imported function run code of ours. */
  divertCalls(name: string, address: number): void;
}

export function isElf(bytes: Buffer): boolean {
  return bytes.toString("latin1", 0, MAGIC.length) === MAGIC;
}

/** Reads an ELF executable, as elf(5) describes it. @throws Error when it is not as expected. */
export function readElf(bytes: Buffer): ElfExecutable {
  const machine = bytes.readUInt16LE(MACHINE);
  if (machine !== EM_X86_64 && machine !== EM_AARCH64) throw unknownRuntime(`machine ${machine}`);
  const arch = machine === EM_X86_64 ? "x64" : "arm64";
  const sections = readSections(bytes);
  const symbols = sections.find(({ type }) => type === SHT_DYNSYM);
  const names = sections[symbols?.link ?? -1];
  if (symbols === undefined || names === undefined) throw unknownRuntime("it has no symbols");
  return {
    arch,
    entry: Number(bytes.readBigUInt64LE(ENTRY)),
    environ: findSymbol(bytes, symbols, names, "environ").address,
    spare: findSpare(bytes, symbols, names),
    imports: names,
    setEntry: (address) => void bytes.writeBigUInt64LE(BigInt(address), ENTRY),
    divertCalls: (name, address) => {
      const { index } = findSymbol(bytes, symbols, names, name);
      const entry = findPltEntry(bytes, sections, arch, index);
      bytes.set(jump(arch, entry.address, address), entry.offset);
    },
  };
}

function readSections(bytes: Buffer): Section[] {
  const table = Number(bytes.readBigUInt64LE(SECTION_HEADERS));
  const headerBytes = bytes.readUInt16LE(58);
  const count = bytes.readUInt16LE(60);
  const headers = Array.from({ length: count }, (_, i) => table + i * headerBytes);
  const names = headers[bytes.readUInt16LE(62)];
  const namesAt = names === undefined ? 0 : Number(bytes.readBigUInt64LE(names + 24));
  return headers.map((at) => {
    const nameAt = namesAt + bytes.readUInt32LE(at);
    return {
      name: bytes.toString("latin1", nameAt, bytes.indexOf(0, nameAt)),
      type: bytes.readUInt32LE(at + 4),
      address: Number(bytes.readBigUInt64LE(at + 16)),
      offset: Number(bytes.readBigUInt64LE(at + 24)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
      link: bytes.readUInt32LE(at + 40),
    };
  });
}

function findSymbol(bytes: Buffer, symbols: Section, names: Section, name: string) {
  const text = Buffer.from(`${name}\0`);
  for (let index = 0; index * SYMBOL_BYTES < symbols.size; index++) {
    const at = symbols.offset + index * SYMBOL_BYTES;
    const nameAt = names.offset + bytes.readUInt32LE(at);
    if (bytes.compare(text, 0, text.byteLength, nameAt, nameAt + text.byteLength) !== 0) continue;
    const address = Number(bytes.readBigUInt64LE(at + 8));
    return { index, address, size: Number(bytes.readBigUInt64LE(at + 16)) };
  }
  throw unknownRuntime(`it has no symbol ${name}`);
}

function findSpare(bytes: Buffer, symbols: Section, names: Section): Place {
  const first = findSymbol(bytes, symbols, names, FIRST_SPARE);
  const last = findSymbol(bytes, symbols, names, LAST_SPARE);
  const { address } = first;
  const size = last.address + last.size - address;
  return { offset: offsetOfCode(bytes, address, size), address, size };
}

/** Where an address of executable memory stands in the file. */
function offsetOfCode(bytes: Buffer, address: number, size: number): number {
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

/** The few instructions through which a function of a library is called: they load its address. */
function findPltEntry(
  bytes: Buffer,
  sections: readonly Section[],
  arch: Arch,
  symbol: number,
): Omit<Place, "size"> {
  const relocations = sections.find(({ name }) => name === ".rela.plt");
  const plt = sections.find(({ name }) => name === ".plt");
  if (relocations === undefined || plt === undefined) throw unknownRuntime("it has no .plt");
  for (let index = 0; index * RELOCATION_BYTES < relocations.size; index++) {
    const at = relocations.offset + index * RELOCATION_BYTES;
    if (bytes.readUInt32LE(at + 12) !== symbol) continue;
    const distance = PLT_HEADER_BYTES[arch] + index * PLT_ENTRY_BYTES;
    const entry = { offset: plt.offset + distance, address: plt.address + distance };
    const slot = Number(bytes.readBigUInt64LE(at));
    if (slotOf(bytes, arch, entry) !== slot) throw unknownRuntime("its .plt is another one");
    return entry;
  }
  throw unknownRuntime("it does not call what it imports");
}

/** Where the address stands that these instructions load. */
function slotOf(bytes: Buffer, arch: Arch, { offset, address }: Omit<Place, "size">): number {
  // jmp [rip + distance]
  if (arch === "x64") return address + 6 + bytes.readInt32LE(offset + 2);
  // adrp x16, page; ldr x17, [x16, #offset]
  const adrp = bytes.readUInt32LE(offset);
  const ldr = bytes.readUInt32LE(offset + 4);
  const pages = (((adrp >>> 5) & 0x7ffff) << 2) | ((adrp >>> 29) & 3);
  return (Math.floor(address / 4096) + pages) * 4096 + ((ldr >>> 10) & 0xfff) * 8;
}
