import type { Config } from "../config/paths.ts";
import { writeArtifact } from "../sessions/files/artifacts.ts";
import { CLIENT_VARIABLES } from "../sessions/client-variables.ts";
import { pointLink, removeLink } from "./agent-link.ts";
import { ignoringSystemErrors } from "./log.ts";

/**
 * Variables of the newest client's environment, for the session's new processes: the socket of its
 * ssh agent through a link that never changes its name, all of them through a sidecar that
 * `tsm env` prints. Only known names are kept, and nothing of their values is ever executed.
 */
export class ClientEnvironment {
  readonly #config: Config;
  readonly #sessionName: () => string;
  readonly #agentLink: string | undefined;
  #known: Record<string, string> | undefined;

  constructor(config: Config, sessionName: () => string, agentLink: string | undefined) {
    this.#config = config;
    this.#sessionName = sessionName;
    this.#agentLink = agentLink;
  }

  update(variables: Readonly<Record<string, string>> | undefined): void {
    if (variables === undefined) return;
    const known: Record<string, string> = {};
    for (const name of CLIENT_VARIABLES) {
      const value = variables[name];
      if (value !== undefined) known[name] = value;
    }
    const agent = known["SSH_AUTH_SOCK"];
    ignoringSystemErrors(() => {
      if (agent !== undefined && this.#agentLink !== undefined && agent !== this.#agentLink) {
        pointLink(this.#config, this.#agentLink, agent);
        known["SSH_AUTH_SOCK"] = this.#agentLink;
      }
    });
    this.#known = known;
    this.write();
  }

  /** Writes the sidecar, if a client has sent any variables. */
  write(): void {
    const known = this.#known;
    if (known === undefined) return;
    ignoringSystemErrors(() =>
      writeArtifact(this.#config, "client-env", this.#sessionName(), JSON.stringify(known)),
    );
  }

  /** For the end of the session. */
  remove(): void {
    const link = this.#agentLink;
    if (link !== undefined) ignoringSystemErrors(() => removeLink(this.#config, link));
  }
}
