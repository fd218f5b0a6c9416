import { instructions, jump, texts, type Arch } from "./machine-code.ts";

/**
 * How a system hands the environment to the first code of a program.
 * - ELF entry point: argc, argv, a null, envp and a null stand on the stack.
 * - Mach-O initializer: a function, called with argc, argv, envp, apple and vars.
 */
export type Start = "entry-point" | "initializer";

/** As many as {@link entryPoint} makes room for. The stack has to stay aligned: an even number. */
export type OwnVariables = readonly [string, string, string, string];

export interface EntryCodeOptions {
  arch: Arch;
  /** Address at which the code will stand. */
  at: number;
  /** Address of what it goes on with. */
  next: number;
}

export interface EntryPointOptions extends EntryCodeOptions {
  /** Address of the C library's `environ`, which has been set already. */
  environ: number;
  variables: OwnVariables;
}

/**
 * Code for an ELF entry point that runs before anything of the runtime: it makes every environment
 * variable an empty string, and puts others in front of them. Each pointer is moved to the NUL that
 * ends its text, so the text stays where it is: for /proc/PID/environ, and for the program, which
 * reads it from there. What argc, argv and null took on the stack moves down to make room.
 */
export function entryPoint(options: EntryPointOptions): Buffer {
  const { arch, at, next, environ, variables } = options;
  const { makeRoom, putTexts } = ENTRY_POINT[arch];
  const room = instructions(makeRoom);
  const set = storeEnvironment(arch, at + room.byteLength, environ);
  const begin = Buffer.concat([room, set, instructions(putTexts)]);
  return Buffer.concat([begin, jump(arch, at + begin.byteLength, next), texts(variables)]);
}

/** Stores the address of the new environment: in rdi, or x11. */
function storeEnvironment(arch: Arch, at: number, environ: number): Buffer {
  if (arch === "x64") {
    const store = instructions(["48893d", "00000000"]); // mov [environ], rdi
    store.writeInt32LE(environ - (at + store.byteLength), 3);
    return store;
  }
  const pages = Math.floor(environ / 4096) - Math.floor(at / 4096);
  const adrp = 0x90000009 | ((pages & 3) << 29) | (((pages >> 2) & 0x7ffff) << 5);
  const store = 0xf900012b | (((environ % 4096) / 8) << 10);
  return instructions([adrp >>> 0, store >>> 0]); // adrp x9, environ; str x11, [x9, #environ]
}

const ENTRY_POINT = {
  x64: {
    makeRoom: [
      "488b0c24", //       mov rcx, [rsp]
      "4883c102", //       add rcx, 2
      "4889e6", //         mov rsi, rsp
      "4883ec20", //       sub rsp, 32
      "4889e7", //         mov rdi, rsp
      "f348a5", //         rep movsq
    ],
    putTexts: [
      "488d352e000000", // lea rsi, [texts]
      "b904000000", //     mov ecx, 4
      "4889f0", //     own: mov rax, rsi
      "48ab", //           stosq
      "ac", //       skip: lodsb
      "84c0", //           test al, al
      "75fb", //           jne skip
      "ffc9", //           dec ecx
      "75f2", //           jne own
      "488b07", //   next: mov rax, [rdi]
      "4885c0", //         test rax, rax
      "740e", //           je done
      "803800", //   byte: cmp byte [rax], 0
      "7405", //           je end
      "48ffc0", //         inc rax
      "ebf6", //           jmp byte
      "48ab", //      end: stosq
      "ebea", //           jmp next
    ], //            done: the jump, then the texts
  },
  arm64: {
    makeRoom: [
      0x910003e9, //       mov x9, sp
      0xf940012a, //       ldr x10, [x9]
      0x9100094a, //       add x10, x10, #2
      0xd10083ff, //       sub sp, sp, #32
      0x910003eb, //       mov x11, sp
      0xf840852c, // copy: ldr x12, [x9], #8
      0xf800856c, //       str x12, [x11], #8
      0xf100054a, //       subs x10, x10, #1
      0x54ffffa1, //       b.ne copy
    ],
    putTexts: [
      0x10000209, //       adr x9, texts
      0xd280008a, //       mov x10, #4
      0xf8008569, //  own: str x9, [x11], #8
      0x3840152c, // skip: ldrb w12, [x9], #1
      0x35ffffec, //       cbnz w12, skip
      0xf100054a, //       subs x10, x10, #1
      0x54ffff81, //       b.ne own
      0xf9400169, // next: ldr x9, [x11]
      0xb40000e9, //       cbz x9, done
      0x3940012c, // byte: ldrb w12, [x9]
      0x3400006c, //       cbz w12, end
      0x91000529, //       add x9, x9, #1
      0x17fffffd, //       b byte
      0xf8008569, //  end: str x9, [x11], #8
      0x17fffff9, //       b next
    ], //            done: the branch, then the texts
  },
} as const;

/** As {@link entryPoint}, for a Mach-O initializer: here nothing can be put in front. */
export function initializer({ arch, at, next }: EntryCodeOptions): Buffer {
  const begin = instructions(arch === "x64" ? INITIALIZER_X64 : INITIALIZER_ARM64);
  return Buffer.concat([begin, jump(arch, at + begin.byteLength, next)]);
}

const INITIALIZER_X64 = [
  "4889d0", //         mov rax, rdx
  "4c8b18", //   next: mov r11, [rax]
  "4d85db", //         test r11, r11
  "7414", //           je done
  "41803b00", // byte: cmp byte [r11], 0
  "7405", //           je end
  "49ffc3", //         inc r11
  "ebf5", //           jmp byte
  "4c8918", //    end: mov [rax], r11
  "4883c008", //       add rax, 8
  "ebe4", //           jmp next
  //             done: the jump
];

const INITIALIZER_ARM64 = [
  0xaa0203e9, //       mov x9, x2
  0xf940012a, // next: ldr x10, [x9]
  0xb40000ea, //       cbz x10, done
  0x3940014b, // byte: ldrb w11, [x10]
  0x3400006b, //       cbz w11, end
  0x9100054a, //       add x10, x10, #1
  0x17fffffd, //       b byte
  0xf800852a, //  end: str x10, [x9], #8
  0x17fffff9, //       b next
  //             done: the branch
];
