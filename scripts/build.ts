/**
 * Builds the binary: `build.ts OUTFILE` for this machine, `build.ts --all` every target as
 * `dist/tsm-VERSION-OS-ARCH.tar.gz`, with their checksums.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";

import { version } from "../package.json";

const ROOT = join(import.meta.dir, "..");
const DIST = join(ROOT, "dist");

interface Target {
  /** What `bun build --target` calls it; the machine's own runtime when undefined. */
  bun: Bun.Build.CompileTarget | undefined;
  /** As the archive is called. */
  label: string;
  libc: "glibc" | "musl";
}

// Bun has one x64 runtime that chooses its instructions when it starts, so `baseline` is the same
// program under a second name, for those who look for it.
const TARGETS: readonly Target[] = [
  { bun: "bun-darwin-arm64", label: "darwin-arm64", libc: "glibc" },
  { bun: "bun-darwin-x64", label: "darwin-x64", libc: "glibc" },
  { bun: "bun-darwin-x64-baseline", label: "darwin-x64-baseline", libc: "glibc" },
  { bun: "bun-linux-arm64", label: "linux-arm64", libc: "glibc" },
  { bun: "bun-linux-arm64-musl", label: "linux-arm64-musl", libc: "musl" },
  { bun: "bun-linux-x64", label: "linux-x64", libc: "glibc" },
  { bun: "bun-linux-x64-baseline", label: "linux-x64-baseline", libc: "glibc" },
  { bun: "bun-linux-x64-musl", label: "linux-x64-musl", libc: "musl" },
  { bun: "bun-linux-x64-baseline-musl", label: "linux-x64-musl-baseline", libc: "musl" },
];

async function compile(target: Target, outfile: string): Promise<void> {
  const result = await Bun.build({
    entrypoints: [join(ROOT, "src/main.ts")],
    minify: true,
    bytecode: true,
    define: { TSM_LIBC: JSON.stringify(target.libc) },
    compile: {
      outfile,
      // A program must not read `.env` or `bunfig.toml` of whatever directory it is started in.
      autoloadDotenv: false,
      autoloadBunfig: false,
      // Collects garbage early. With any argument here the program also starts in a directory that
      // has vanished, where the runtime would give up with words of its own.
      execArgv: ["--smol"],
      ...(target.bun === undefined ? {} : { target: target.bun }),
    },
  });
  for (const message of result.logs) console.error(message);
  if (!result.success) throw new Error(`cannot build ${target.label}`);
}

function hostTarget(): Target {
  const isMusl = process.platform === "linux" && hasMusl();
  return { bun: undefined, label: "host", libc: isMusl ? "musl" : "glibc" };
}

function hasMusl(): boolean {
  return [...new Bun.Glob("ld-musl-*").scanSync({ cwd: "/lib", onlyFiles: false })].length > 0;
}

async function buildAll(): Promise<void> {
  mkdirSync(DIST, { recursive: true });
  const sums: string[] = [];
  for (const target of TARGETS) {
    const archive = `tsm-${version}-${target.label}.tar.gz`;
    const stage = join(DIST, `.stage-${target.label}`);
    mkdirSync(stage, { recursive: true });
    console.error(`Building ${archive}…`);
    await compile(target, join(stage, "tsm"));
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
else await compile(hostTarget(), argument ?? join(DIST, "tsm"));
