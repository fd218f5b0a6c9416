const [word, name, ...rest] = process.argv.slice(2);
// A compiled program is started again as it is; from the sources Bun needs the script's name.
const isCompiled = Bun.main.startsWith("/$bunfs/");
const self = isCompiled ? [process.execPath] : [process.execPath, Bun.main];

if (word === "--daemon" && name !== undefined) {
  void import("./cli/daemon.ts").then(({ runDaemonProcess }) => runDaemonProcess(name, rest));
} else {
  const words = process.argv.slice(2);
  void import("./cli/run-command-line.ts").then(({ runCommandLine }) =>
    runCommandLine(words, self),
  );
}
