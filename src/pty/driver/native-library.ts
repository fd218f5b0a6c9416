/** The libc of the target: set by `scripts/build`, and so only known in a compiled binary. */
declare const TSM_LIBC: "glibc" | "musl" | undefined;

/**
 * Path of bun-pty's shared library.
 *
 * In a compiled binary every condition here is a constant, so exactly the library of the target is
 * embedded. The `require` calls must stay spelled out: the bundler follows literal paths only.
 * From the sources (`bun test`) the file in node_modules is used.
 */
export function nativeLibraryPath(): string {
  if (typeof TSM_LIBC === "undefined") return libraryInPackage();
  if (process.platform === "darwin") {
    return process.arch === "arm64"
      ? require("bun-pty/rust-pty/target/release/librust_pty_arm64.dylib")
      : require("bun-pty/rust-pty/target/release/librust_pty.dylib");
  }
  if (TSM_LIBC === "musl") {
    return process.arch === "arm64"
      ? require("bun-pty/rust-pty/target/release/librust_pty_arm64_musl.so")
      : require("bun-pty/rust-pty/target/release/librust_pty_musl.so");
  }
  return process.arch === "arm64"
    ? require("bun-pty/rust-pty/target/release/librust_pty_arm64.so")
    : require("bun-pty/rust-pty/target/release/librust_pty.so");
}

/** Whether the library has to be extracted from this program before it can be loaded. */
export function isEmbedded(path: string): boolean {
  // macOS has no files in memory: there the runtime unpacks it, if bun-pty is insisted on at all.
  return process.platform === "linux" && path.startsWith("/$bunfs/");
}

function libraryInPackage(): string {
  const arch = process.arch === "arm64" ? "_arm64" : "";
  const file = process.platform === "darwin" ? `librust_pty${arch}.dylib` : `librust_pty${arch}.so`;
  return Bun.resolveSync(`bun-pty/rust-pty/target/release/${file}`, import.meta.dir);
}
