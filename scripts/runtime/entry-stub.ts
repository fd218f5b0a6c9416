export type Arch = "x64" | "arm64";
/** How a system hands the environment to the first code of a program. */
export type Start =
  /** ELF entry point: argc, argv, a null, envp, a null stand on the stack. */
  | "entry-point"
  /** Mach-O initializer: a function called with argc, argv, envp, apple, vars. */
  | "initializer";

/**
 * Machine code that runs before anything of the runtime and makes every environment variable an
 * empty string. Each pointer is moved to the NUL that ends its text, so the text stays where it is:
 * for /proc/PID/environ, and for the program, which reads it from there. No register is changed that
 * the code behind it may expect something in.
 *
 * @param at address at which it will stand.
 * @param next address of what it goes on with.
 */
export function entryStub(arch: Arch, start: Start, at: number, next: number): Uint8Array {
  return arch === "x64" ? stubForX64(start, at, next) : stubForArm64(start, at, next);
}

function stubForX64(start: Start, at: number, next: number): Uint8Array {
  const envpToRax =
    start === "entry-point"
      ? [
          "488b0424", //   mov rax, [rsp]
          "488d44c410", // lea rax, [rsp + rax*8 + 16]
        ]
      : ["4889d0"]; //     mov rax, rdx
  const code = [
    ...envpToRax,
    "4c8b18", //   variable: mov r11, [rax]
    "4d85db", //             test r11, r11
    "7414", //               je done
    "41803b00", // byte:     cmp byte [r11], 0
    "7405", //               je end
    "49ffc3", //             inc r11
    "ebf5", //               jmp byte
    "4c8918", //   end:      mov [rax], r11
    "4883c008", //           add rax, 8
    "ebe4", //               jmp variable
    "e9", //       done:     jmp next
  ];
  const bytes = Buffer.from(code.join(""), "hex");
  const jump = Buffer.alloc(4);
  jump.writeInt32LE(next - (at + bytes.byteLength + jump.byteLength));
  return Buffer.concat([bytes, jump]);
}

function stubForArm64(start: Start, at: number, next: number): Uint8Array {
  const envpToX9 =
    start === "entry-point"
      ? [
          0xf94003e9, // ldr x9, [sp]
          0x8b296fe9, // add x9, sp, x9, lsl #3
          0x91004129, // add x9, x9, #16
        ]
      : [0xaa0203e9]; // mov x9, x2
  const code = [
    ...envpToX9,
    0xf940012a, // variable: ldr x10, [x9]
    0xb40000ea, //           cbz x10, done
    0x3940014b, // byte:     ldrb w11, [x10]
    0x3400006b, //           cbz w11, end
    0x9100054a, //           add x10, x10, #1
    0x17fffffd, //           b byte
    0xf800852a, // end:      str x10, [x9], #8
    0x17fffff9, //           b variable
  ];
  const words = (next - (at + code.length * 4)) / 4;
  if (!Number.isInteger(words) || Math.abs(words) >= 1 << 25) {
    throw new Error(`no branch leads from ${at.toString(16)} to ${next.toString(16)}`);
  }
  code.push((0x14000000 | (words & 0x3ffffff)) >>> 0); // done: b next
  const bytes = Buffer.alloc(code.length * 4);
  for (const [i, word] of code.entries()) bytes.writeUInt32LE(word, i * 4);
  return bytes;
}
