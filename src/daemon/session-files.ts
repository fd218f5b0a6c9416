import { detectGitContext } from "../git/context.ts";
import { currentBuildInfo, writeDaemonBuildInfo } from "../sessions/files/daemon-build.ts";
import type { SessionName } from "../sessions/names.ts";
import { restoreNameFile } from "../shell/shell-files.ts";
import type { ClientEnvironment } from "./client-environment.ts";
import type { DaemonOptions } from "./daemon-options.ts";
import { recordGitContext } from "./launch/record-git.ts";
import { ignoringSystemErrors } from "./log.ts";

/**
 * The files that a session keeps beside its socket. A failure to write one never harms the session.
 */
export class SessionFiles {
  readonly #options: Pick<DaemonOptions, "config" | "cwd" | "nameFile">;
  readonly #sessionName: () => SessionName;
  readonly #environment: ClientEnvironment;

  constructor(
    options: Pick<DaemonOptions, "config" | "cwd" | "nameFile">,
    sessionName: () => SessionName,
    environment: ClientEnvironment,
  ) {
    this.#options = options;
    this.#sessionName = sessionName;
    this.#environment = environment;
  }

  /** Records which build of this program the daemon runs. */
  writeBuild(): void {
    const build = currentBuildInfo();
    if (build === undefined) return;
    const { config } = this.#options;
    ignoringSystemErrors(() => writeDaemonBuildInfo(config, this.#sessionName(), build));
  }

  /** Writes the files again that have vanished together with the socket. */
  restore(): void {
    const { config, cwd, nameFile } = this.#options;
    const name = this.#sessionName();
    this.writeBuild();
    this.#environment.write();
    if (nameFile !== undefined) ignoringSystemErrors(() => restoreNameFile(nameFile, name));
    void recordGitContext(config, name, detectGitContext(cwd));
  }
}
