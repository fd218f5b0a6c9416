import { unknownRuntime, type Executable } from "./executable.ts";

const MAGIC = 0xfeedfacf; // 64 bits, little-endian
const CPU_X86_64 = 0x01000007;
const CPU_ARM64 = 0x0100000c;
const HEADER_BYTES = 32;
const SECTION_BYTES = 80;
const LC_SEGMENT_64 = 0x19;
const LC_CODE_SIGNATURE = 0x1d;
const LC_DYLD_CHAINED_FIXUPS = 0x80000034;

interface MachOExecutable extends Executable {
  setEntry(address: number): void;
}

interface LoadCommand {
  type: number;
  at: number;
}

/**
 * Reads a Mach-O executable, as <mach-o/loader.h> describes it. Its first code is the only entry of
 * `__init_offsets`, which dyld calls with the environment. The rest of the last page of `__TEXT` is
 * executable memory that nothing stands in.
 *
 * @throws Error when it is not as expected.
 */
export function readMachO(bytes: Buffer): MachOExecutable {
  const cpu = bytes.readUInt32LE(4);
  if (cpu !== CPU_X86_64 && cpu !== CPU_ARM64) throw unknownRuntime(`machine ${cpu}`);
  const commands = readCommands(bytes);
  const text = readSegment(bytes, commands, "__TEXT");
  const initializers = text.sections.find(({ name }) => name === "__init_offsets");
  if (text.offset !== 0 || initializers?.size !== 4) throw unknownRuntime("not one initializer");
  const used = Math.max(...text.sections.map(({ offset, size }) => offset + size));
  const spareAt = Math.ceil(used / 16) * 16;
  // Addresses count from the segment's start here, as the entries of __init_offsets do.
  const spare = { offset: spareAt, address: spareAt, size: text.size - spareAt };
  if (bytes.subarray(used, text.size).some((byte) => byte !== 0)) throw unknownRuntime("no room");
  return {
    arch: cpu === CPU_X86_64 ? "x64" : "arm64",
    entry: bytes.readUInt32LE(initializers.offset),
    spare,
    imports: readImports(bytes, commands),
    setEntry: (address) => void bytes.writeUInt32LE(address, initializers.offset),
  };
}

export function isMachO(bytes: Buffer): boolean {
  return bytes.readUInt32LE(0) === MAGIC;
}

/**
 * Takes the signature out of an executable for x64, where none is needed: Bun signs what it compiles
 * for arm64 only, and would leave one here that no longer fits.
 * @returns the executable without it; as it was when it is for another machine.
 */
export function withoutStaleSignature(bytes: Buffer): Buffer {
  if (bytes.readUInt32LE(4) !== CPU_X86_64) return bytes;
  const commands = readCommands(bytes);
  const last = commands.at(-1);
  const linkEdit = findSegment(bytes, commands, "__LINKEDIT");
  if (last?.type !== LC_CODE_SIGNATURE) throw unknownRuntime("its signature is not where it was");
  const signature = bytes.readUInt32LE(last.at + 8);
  const commandBytes = bytes.readUInt32LE(last.at + 4);
  bytes.fill(0, last.at, last.at + commandBytes);
  bytes.writeUInt32LE(commands.length - 1, 16);
  bytes.writeUInt32LE(bytes.readUInt32LE(20) - commandBytes, 20);
  const start = bytes.readBigUInt64LE(linkEdit + 40);
  bytes.writeBigUInt64LE(BigInt(signature) - start, linkEdit + 48);
  return bytes.subarray(0, signature);
}

function readCommands(bytes: Buffer): LoadCommand[] {
  const commands: LoadCommand[] = [];
  let at = HEADER_BYTES;
  for (let left = bytes.readUInt32LE(16); left > 0; left--) {
    commands.push({ type: bytes.readUInt32LE(at), at });
    at += bytes.readUInt32LE(at + 4);
  }
  return commands;
}

function findSegment(bytes: Buffer, commands: readonly LoadCommand[], wanted: string): number {
  const command = commands.find(
    ({ type, at }) => type === LC_SEGMENT_64 && readName(bytes, at + 8) === wanted,
  );
  if (command === undefined) throw unknownRuntime(`it has no segment ${wanted}`);
  return command.at;
}

function readSegment(bytes: Buffer, commands: readonly LoadCommand[], wanted: string) {
  const at = findSegment(bytes, commands, wanted);
  const sections = Array.from({ length: bytes.readUInt32LE(at + 64) }, (_, i) => {
    const section = at + 72 + i * SECTION_BYTES;
    return {
      name: readName(bytes, section),
      size: Number(bytes.readBigUInt64LE(section + 40)),
      offset: bytes.readUInt32LE(section + 48),
    };
  });
  return {
    offset: Number(bytes.readBigUInt64LE(at + 40)),
    size: Number(bytes.readBigUInt64LE(at + 48)),
    sections,
  };
}

/** Where the names stand by which dyld finds what the program imports. */
function readImports(bytes: Buffer, commands: readonly LoadCommand[]) {
  const command = commands.find(({ type }) => type === LC_DYLD_CHAINED_FIXUPS);
  if (command === undefined) throw unknownRuntime("it has no chained fixups");
  return { offset: bytes.readUInt32LE(command.at + 8), size: bytes.readUInt32LE(command.at + 12) };
}

function readName(bytes: Buffer, at: number): string {
  return bytes.toString("latin1", at, at + 16).replace(/\0+$/, "");
}
