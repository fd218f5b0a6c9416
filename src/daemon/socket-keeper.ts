import { describeError } from "../base/errors.ts";
import type { Config } from "../config/paths.ts";
import { DirectoryWatch } from "../system/directory-watch.ts";
import { ignoringSystemErrors, type DaemonLog } from "./log.ts";
import type { PublishedName } from "./published-name.ts";

/** Commands change the directory often: changes in quick succession are checked once. */
const SETTLE_MS = 500;
/** While the session is used, its socket is checked as often as this. */
const CHECK_MS = 5000;
const TOUCH_MS = 24 * 60 * 60 * 1000;

/**
 * Keeps a session findable: its socket is created again when a cleaner of temporary directories, a
 * logout or a careless rm has removed it. Nothing runs while nothing happens.
 */
export class SocketKeeper {
  readonly #config: Config;
  readonly #name: PublishedName;
  readonly #log: DaemonLog;
  readonly #onRestored: () => void;
  readonly #touching: Timer;
  #watch: DirectoryWatch | undefined;
  #settling: Timer | undefined;
  #checkedMs = performance.now();
  #failure = "";

  /** @param onRestored the socket had vanished, and with it perhaps the files beside it. */
  constructor(config: Config, name: PublishedName, log: DaemonLog, onRestored: () => void) {
    this.#config = config;
    this.#name = name;
    this.#log = log;
    this.#onRestored = onRestored;
    this.#touching = setInterval(() => name.touch(), TOUCH_MS);
    this.#watchDirectory();
  }

  /** Something has woken the daemon: checks the socket, unless that was done just now. */
  checkSometimes(): void {
    if (performance.now() - this.#checkedMs > CHECK_MS) this.check();
  }

  /** Checks the socket now, and makes it again if it has gone. */
  check(): void {
    this.#checkedMs = performance.now();
    try {
      if (this.#name.keep()) {
        this.#watchDirectory(); // it may be another directory by now
        this.#onRestored();
        this.#settle(); // it may have vanished again before that was watched
      }
      this.#failure = "";
    } catch (error) {
      // Its directory cannot be created at present: the next command that searches for the session
      // asks again.
      const failure = describeError(error);
      if (failure !== this.#failure) this.#log.write(`its socket has gone: ${failure}`);
      this.#failure = failure;
    }
  }

  close(): void {
    clearInterval(this.#touching);
    clearTimeout(this.#settling);
    this.#watch?.close();
    this.#watch = undefined;
  }

  #watchDirectory(): void {
    this.#watch?.close();
    this.#watch = undefined;
    ignoringSystemErrors(() => {
      this.#watch = DirectoryWatch.open(this.#config.socketDir, () => this.#settle());
    });
  }

  #settle(): void {
    this.#settling ??= setTimeout(() => {
      this.#settling = undefined;
      this.check();
    }, SETTLE_MS);
  }
}
