import { instructions, type Arch } from "./machine-code.ts";

/** Code for Linux, instead of abort(3): prints a text on stderr and ends the process with status 1. */
export function lastWords(arch: Arch, text: string): Buffer {
  const words = Buffer.from(text);
  const code = arch === "x64" ? codeForX64(words.byteLength) : codeForArm64(words.byteLength);
  return Buffer.concat([instructions(code), words]);
}

function codeForX64(byteLength: number): string[] {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(byteLength);
  return [
    "b801000000", //     mov eax, 1 (write)
    "bf02000000", //     mov edi, 2
    "488d3513000000", // lea rsi, [text]
    `ba${length.toString("hex")}`, // mov edx, length
    "0f05", //           syscall
    "b8e7000000", //     mov eax, 231 (exit_group)
    "bf01000000", //     mov edi, 1
    "0f05", //           syscall
  ];
}

function codeForArm64(byteLength: number): number[] {
  return [
    0xd2800040, // mov x0, #2
    0x100000e1, // adr x1, text
    0xd2800002 + byteLength * 32, // mov x2, #length
    0xd2800808, // mov x8, #64 (write)
    0xd4000001, // svc #0
    0xd2800020, // mov x0, #1
    0xd2800bc8, // mov x8, #94 (exit_group)
    0xd4000001, // svc #0
  ];
}
