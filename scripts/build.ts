/**
 * Builds the binary: `build.ts OUTFILE` for this machine, `build.ts --all` every target as
 * `dist/tsm-VERSION-OS-ARCH.tar.gz`, with their checksums.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { version } from "../package.json";
import { fetchRuntime, type RuntimeKind } from "./runtime/fetch-runtime.ts";
import { makeOwnRuntime } from "./runtime/own-runtime.ts";

const ROOT = join(import.meta.dir, "..");
const DIST = join(ROOT, "dist");
const RUNTIMES = join(ROOT, ".bun", Bun.version, "runtimes");

interface Target extends RuntimeKind {
  /** As in the name of the archive. */
  label: string;
}

// Bun has one x64 runtime that chooses its instructions when it starts, so `baseline` is the same
// program under a second name, for users who expect it.
const TARGETS: readonly Target[] = [
  { label: "darwin-arm64", os: "darwin", cpu: "arm64", libc: "glibc" },
  { label: "darwin-x64", os: "darwin", cpu: "x64", libc: "glibc" },
  { label: "darwin-x64-baseline", os: "darwin", cpu: "x64", libc: "glibc" },
  { label: "linux-arm64", os: "linux", cpu: "arm64", libc: "glibc" },
  { label: "linux-arm64-musl", os: "linux", cpu: "arm64", libc: "musl" },
  { label: "linux-x64", os: "linux", cpu: "x64", libc: "glibc" },
  { label: "linux-x64-baseline", os: "linux", cpu: "x64", libc: "glibc" },
  { label: "linux-x64-musl", os: "linux", cpu: "x64", libc: "musl" },
  { label: "linux-x64-musl-baseline", os: "linux", cpu: "x64", libc: "musl" },
];

/** Compiles with our own runtime, made from an unmodified one. */
async function compile(target: Target, base: string, outfile: string): Promise<void> {
  const runtime = `${outfile}.runtime`;
  try {
    await Bun.write(runtime, makeOwnRuntime(await Bun.file(base).bytes()));
    await compileWith(runtime, target, outfile);
  } finally {
    rmSync(runtime, { force: true });
  }
}

async function compileWith(runtime: string, target: Target, outfile: string): Promise<void> {
  const { os, cpu, libc, label } = target;
  const suffix = libc === "musl" ? "-musl" : "";
  const result = await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts")],
    minify: true,
    bytecode: true,
    define: { TSM_LIBC: JSON.stringify(libc) },
    compile: {
      outfile,
      executablePath: runtime,
      target: `bun-${os}-${cpu}${suffix}` as Bun.Build.CompileTarget,
      // The program must not read `.env` or `bunfig.toml` of its working directory.
      autoloadDotenv: false,
      autoloadBunfig: false,
      // Collects garbage early. With any argument here the program also starts in a removed directory,
      // where the runtime would otherwise fail with a message of its own.
      execArgv: ["--smol"],
    },
  });
  for (const message of result.logs) console.error(message);
  if (!result.success) throw new Error(`cannot build ${label}`);
}

async function thisMachine(): Promise<Target> {
  const { platform, arch } = process;
  if (platform !== "linux" && platform !== "darwin") throw new Error(`no tsm for ${platform}`);
  if (arch !== "x64" && arch !== "arm64") throw new Error(`no tsm for ${arch}`);
  const libc = (await isForMusl(process.execPath)) ? "musl" : "glibc";
  return { label: "host", os: platform, cpu: arch, libc };
}

/** Whether an executable names the loader of musl, near its beginning. */
async function isForMusl(executable: string): Promise<boolean> {
  const head = await Bun.file(executable).slice(0, 4096).bytes();
  return Buffer.from(head).includes("/ld-musl-");
}

async function buildAll(): Promise<void> {
  mkdirSync(DIST, { recursive: true });
  const sums: string[] = [];
  for (const target of TARGETS) {
    const archive = `tsm-${version}-${target.label}.tar.gz`;
    const stage = join(DIST, `.stage-${target.label}`);
    mkdirSync(stage, { recursive: true });
    console.error(`Building ${archive}…`);
    await compile(target, fetchRuntime(target, RUNTIMES), join(stage, "tsm"));
    for (const file of ["README.md", "LICENSE"]) {
      await Bun.write(join(stage, file), Bun.file(join(ROOT, file)));
    }
    const tar = Bun.spawnSync(
      ["tar", "-czf", join(DIST, archive), "-C", stage, "tsm", "README.md", "LICENSE"],
      { stderr: "inherit" },
    );
    if (!tar.success) throw new Error(`cannot pack ${archive}`);
    rmSync(stage, { recursive: true });
    const bytes = await Bun.file(join(DIST, archive)).bytes();
    sums.push(`${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}  ${archive}\n`);
  }
  await Bun.write(join(DIST, "SHA256SUMS"), sums.join(""));
}

const [argument] = process.argv.slice(2);
if (argument === "--all") await buildAll();
else await compile(await thisMachine(), process.execPath, argument ?? join(DIST, "tsm"));
