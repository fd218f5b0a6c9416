import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One of Bun's runtimes, as its packages are told apart. */
export interface RuntimeKind {
  os: "darwin" | "linux";
  cpu: "arm64" | "x64";
  libc: "glibc" | "musl";
}

/**
 * Path of a runtime of this very version of Bun; fetched as a package unless it is there.
 * @param dir directory of ours that keeps what was fetched.
 */
export function fetchRuntime({ os, cpu, libc }: RuntimeKind, dir: string): string {
  const arch = cpu === "arm64" ? "aarch64" : cpu;
  const name = `@oven/bun-${os}-${arch}${libc === "musl" ? "-musl" : ""}`;
  const project = join(dir, name.slice("@oven/".length));
  const runtime = join(project, "node_modules", name, "bin/bun");
  if (existsSync(runtime)) return runtime;
  mkdirSync(project, { recursive: true });
  writeFileSync(join(project, "package.json"), "{}\n");
  const platform = ["--os", os, "--cpu", cpu, ...(os === "linux" ? ["--libc", libc] : [])];
  const { success } = Bun.spawnSync(
    [process.execPath, "add", "--exact", ...platform, `${name}@${Bun.version}`],
    { cwd: project, stdout: "ignore", stderr: "inherit" },
  );
  if (!success || !existsSync(runtime)) throw new Error(`cannot fetch ${name}@${Bun.version}`);
  return runtime;
}
