import { TsmError } from "../base/errors.ts";
import { socketPath, type Config } from "../config/paths.ts";
import { isAlive } from "../system/processes/session-processes.ts";
import { REPLY_TIMEOUT_MS } from "../sessions/wire/connection.ts";
import { quoteName } from "../sessions/names.ts";
import { placeOf } from "../sessions/files/places.ts";
import { probeSession } from "../sessions/wire/requests.ts";

/** How long a daemon that has closed a connection may take to remove its socket. */
const FAREWELL_MS = 1000;
/** A daemon that still answers after this, and reports no end, has not ended. */
const SETTLED_MS = 300;
const CHECK_MS = 20;

/** Why a connection was closed without a message. */
export type SilentEnd =
  /** Somebody else has detached this client; the session lives. */
  | { kind: "detached" }
  /** The session has ended, with an unknown exit status. */
  | { kind: "ended"; exit: undefined };

/**
 * Finds out why a daemon has closed a connection. One of our own says so when the session ends;
 * others close first and remove their socket a moment later, and until then may or may not answer.
 * @param tellsEnd whether the daemon is one that says how its session ends.
 * @throws TsmError when the daemon is dead.
 */
export async function explainClose(
  config: Config,
  name: string,
  tellsEnd: boolean,
): Promise<SilentEnd> {
  const startMs = performance.now();
  for (;;) {
    const state = await findState(config, name, tellsEnd);
    const elapsedMs = performance.now() - startMs;
    if (state === "ended") return { kind: "ended", exit: undefined };
    if (state === "listening" && (tellsEnd || elapsedMs > SETTLED_MS)) return { kind: "detached" };
    if (state === "dead" && (tellsEnd || elapsedMs > FAREWELL_MS)) throw lost(name);
    if (elapsedMs > FAREWELL_MS) return { kind: "detached" };
    await Bun.sleep(CHECK_MS);
  }
}

/** `unclear`: something listens, and hangs up. */
async function findState(
  config: Config,
  name: string,
  tellsEnd: boolean,
): Promise<"listening" | "ended" | "dead" | "unclear"> {
  const startMs = performance.now();
  try {
    const { taskEndedAt, pid } = await probeSession(socketPath(placeOf(config, name), name));
    // One of our own may be held although its command has ended.
    const hasEnded = taskEndedAt > 0n || !isAlive(pid);
    return hasEnded && !tellsEnd ? "ended" : "listening";
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    // A daemon that ends removes its socket; one that was killed cannot.
    if (error.code === "not-found") return "ended";
    if (error.code === "refused") return "dead";
    // A daemon that is slow to answer is alive.
    return performance.now() - startMs >= REPLY_TIMEOUT_MS ? "listening" : "unclear";
  }
}

function lost(name: string): TsmError {
  return new TsmError("refused", `Lost session ${quoteName(name)}: its daemon is gone.`, {
    remedy: "Run 'tsm ls' to see what is left.",
  });
}
