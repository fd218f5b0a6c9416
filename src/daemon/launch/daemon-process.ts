import { statSync } from "node:fs";

import { describeError, TsmError } from "../../base/errors.ts";
import { defaultShell, variable, type Environment } from "../../config/environment.ts";
import { configOf, socketPath, type Config } from "../../config/paths.ts";
import { notePlace } from "../../config/noted-places.ts";
import type { Settings } from "../../config/settings.ts";
import { detectGitContext } from "../../git/context.ts";
import { withInheritance } from "../../system/inheritance.ts";
import { ensureSocketDir } from "../../sessions/files/directory.ts";
import { hiddenDaemons, isListening, recallHidden } from "../../sessions/files/hidden.ts";
import { placesOf } from "../../sessions/files/places.ts";
import { quoteName, validateSessionName, type SessionName } from "../../sessions/names.ts";
import { isSocket, isTaken } from "../../sessions/files/socket-files.ts";
import { cleanStaleSocket } from "../../sessions/files/sockets.ts";
import { cleanEnvironment } from "../../shell/clean-environment.ts";
import { prepareShell } from "../../shell/prepare-shell.ts";
import { linkAgent } from "../agent-link.ts";
import { writeDaemonArguments } from "./daemon-arguments.ts";
import { checkCommand } from "./check-command.ts";
import { planForLogout, type LogoutPlan } from "./logout.ts";
import { readLogoutFacts } from "./logout-facts.ts";
import { recordGitContext } from "./record-git.ts";
import { parseReadiness, type Readiness } from "./readiness.ts";

const READY_TIMEOUT_MS = 3000;
const NO_REPORT = "it did not come up";
/** Becomes the command itself, in a scope of the user's manager instead of the login session. */
const SCOPE_COMMAND = ["systemd-run", "--user", "--scope", "--quiet", "--collect", "--"];

export interface SpawnOptions {
  config: Config;
  name: string;
  /** What the session runs; empty for the user's shell. */
  argv: readonly string[];
  /** The session stays when that has ended, until somebody has seen how. */
  holds?: boolean;
  /** Where it starts. */
  dir: string;
  /** The caller's environment; what belongs to a session around it is left out. */
  env: Environment;
  /** How this program is started again: its executable, and its script when it is not compiled. */
  self: readonly string[];
  settings: Settings;
  /** Like any other process, or in a scope of the user's manager; by default what survives here. */
  start?: LogoutPlan["start"];
}

/**
 * Starts a session in a daemon of its own and returns when it runs. Of any number of simultaneous
 * calls for one name exactly one succeeds.
 * @throws TsmError when the name is invalid or taken, or the command cannot be started.
 */
export async function spawnDaemonProcess(options: SpawnOptions): Promise<void> {
  const { argv, dir } = options;
  const name = validateSessionName(options.name, options.config);
  const [config] = placesOf(options.config);
  ensureSocketDir(config);
  notePlace(options.env, config.socketDir);
  await makeRoom(options.config, name);
  checkDirectory(dir);
  const env = prepareEnvironment(options);
  const command = argv[0] ?? defaultShell(env);
  checkCommand(command, dir, env);

  // Both take some milliseconds: they run at the same time.
  const context = detectGitContext(dir, options.env);
  const readiness = await startAndListen(options, env);
  if (readiness.kind === "ready") return await recordGitContext(config, name, context);
  // Another command was quicker to take the name.
  if (readiness.kind === "failed" && readiness.code === "exists") throw alreadyExists(name);
  const reason = readiness.kind === "failed" ? readiness.reason : readiness.output || NO_REPORT;
  throw new TsmError("spawn-failed", `session ${quoteName(name)}: daemon exited: ${reason}`, {
    remedy: "Fix that and try again.",
  });
}

function alreadyExists(name: SessionName): TsmError {
  return new TsmError("exists", `session ${quoteName(name)} already exists`, {
    remedy: `Attach to it with 'tsm attach ${name}', or choose another name.`,
  });
}

/**
 * Makes sure that the name is free; the files of a dead session are removed. A session of that name
 * counts wherever it lives, and also one whose socket somebody has removed.
 */
async function makeRoom(config: Config, name: SessionName): Promise<void> {
  for (const place of placesOf(config)) {
    if (isListening(place, name)) {
      await recallOne(place, name);
      // After a rename its daemon serves the old name for another moment.
      if (isListening(place, name)) throw alreadyExists(name);
    }
    const isLive = isSocket(socketPath(place, name)) && !cleanStaleSocket(place, name);
    if (isLive) throw alreadyExists(name);
  }
  const path = socketPath(config, name);
  if (!isTaken(path)) return;
  throw new TsmError(
    "not-a-socket",
    `Cannot create session ${quoteName(name)}: ${path} is in the way.`,
    { remedy: "Remove that file, or choose another name." },
  );
}

/** A session whose socket somebody has removed. @throws TsmError when its daemon does not return. */
async function recallOne(place: Config, name: SessionName): Promise<void> {
  await recallHidden(place);
  const daemon = hiddenDaemons(place).find((it) => it.name === name);
  if (daemon === undefined || isSocket(socketPath(place, name))) return;
  throw new TsmError(
    "exists",
    `session ${quoteName(name)} is running without its socket, and does not make it again`,
    { remedy: `Choose another name, or end its daemon: it is process ${daemon.pid}.` },
  );
}

function checkDirectory(dir: string): void {
  if (statSync(dir, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new TsmError("spawn-failed", `Cannot start in ${dir}: there is no such directory.`, {
    remedy: "Change to a directory that exists and try again.",
  });
}

/** The environment of the session's processes; for a shell its start-up files are written too. */
function prepareEnvironment({ config, name, argv, env, self, settings }: SpawnOptions) {
  const own: Record<string, string | undefined> = { ...env };
  // The daemon finds its directory as we do, but from another working directory.
  if (variable(env, "TSM_DIR") !== undefined) own["TSM_DIR"] = config.socketDir;
  linkAgent(config, own);
  if (argv.length > 0) return cleanEnvironment(own, name);
  return prepareShell({
    shell: defaultShell(env),
    sessionName: name,
    socketDir: config.socketDir,
    env: own,
    executable: self[0] ?? "tsm",
    ...settings.shell,
  }).env;
}

async function startAndListen(
  options: SpawnOptions,
  env: Record<string, string>,
): Promise<Readiness> {
  const start = options.start ?? planForLogout(readLogoutFacts(options.env)).start;
  if (start === "scope") {
    const readiness = await startProcess([...SCOPE_COMMAND, ...options.self], options, env);
    // Silence means that there was no daemon: the scope could not be made.
    if (readiness.kind !== "silent" || readiness.output !== "") return readiness;
  }
  return await startProcess(options.self, options, env);
}

async function startProcess(
  command: readonly string[],
  { config, name, argv, dir, holds = false }: SpawnOptions,
  env: Record<string, string>,
): Promise<Readiness> {
  const { socketDir, logDir } = config;
  const place = configOf(socketDir).logDir === logDir ? {} : { logDir };
  const words = ["--daemon", name, ...writeDaemonArguments({ argv, holds, ...place })];
  const child = withInheritance(() =>
    Bun.spawn([...command, ...words], {
      cwd: dir,
      env,
      detached: true, // a session of its own, without a controlling terminal
      stdio: ["ignore", "pipe", "ignore"],
    }),
  );
  child.unref();
  const timer = setTimeout(() => child.kill("SIGTERM"), READY_TIMEOUT_MS);
  try {
    return await readReadiness(child.stdout);
  } catch (error) {
    return { kind: "silent", output: describeError(error) };
  } finally {
    clearTimeout(timer);
  }
}

async function readReadiness(output: ReadableStream<Uint8Array>): Promise<Readiness> {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for await (const bytes of output) {
    text += decoder.decode(bytes, { stream: true });
    const readiness = parseReadiness(text);
    if (readiness !== undefined) return readiness;
  }
  return { kind: "silent", output: text.trim() };
}
