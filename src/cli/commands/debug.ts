import { makeHarmless } from "../../base/harmless-text.ts";
import { TsmError } from "../../base/errors.ts";
import { socketPath } from "../../config/paths.ts";
import type { GitContext } from "../../git/context.ts";
import type { InfoPayload } from "../../protocol/info.ts";
import type { IntegrationState } from "../../protocol/integration.ts";
import { Tag } from "../../protocol/tags.ts";
import { decodeUtf8 } from "../../protocol/utf8.ts";
import { logPath } from "../../sessions/files/artifacts.ts";
import { readDaemonBuildInfo, type DaemonBuildInfo } from "../../sessions/files/daemon-build.ts";
import { readGitMeta } from "../../sessions/files/git-meta.ts";
import { placeOf } from "../../sessions/files/places.ts";
import { validateSessionAddress } from "../../sessions/names.ts";
import { toIso } from "../../sessions/session-json.ts";
import { describeIntegration, readIntegration } from "../../sessions/wire/read-integration.ts";
import { connectSession, probeSession } from "../../sessions/wire/requests.ts";
import { usageError } from "../arguments.ts";
import { defineTsmCommand, type CliContext } from "../command.ts";
import { lastLines, SessionLog } from "../read/log-tail.ts";
import { fullName } from "../session-names.ts";
import { renderTable } from "../list/table.ts";

const USAGE = "tsm debug session <name> [--json]";
const LOG_LINES = 20;
const PREVIEW_TIMEOUT_MS = 2000;

/** All that can be found out about one session. */
interface SessionReport {
  name: string;
  socket: string;
  isLive: boolean;
  /** Why it is not. */
  error?: string;
  info?: Omit<InfoPayload, "clientsLen" | "createdAt" | "taskEndedAt"> & {
    clientsLen: number;
    createdAt: number;
    taskEndedAt: number;
  };
  build?: DaemonBuildInfo;
  git?: GitContext;
  logPath: string;
  log: string[];
  /** Whether its shell reports its prompts. */
  integration?: IntegrationState;
  /** The visible screen as plain lines. */
  preview: string[];
}

export const debugCommand = defineTsmCommand({
  usage: USAGE,
  description:
    "Shows everything about one session: what its daemon reports, its socket and sidecar files, " +
    "the end of its log, its screen. Exits with 1 if it is not live.",
  examples: [["tsm debug session work", "why does it not answer?"]],
  args: {
    what: { type: "positional", required: true, valueHint: "session|", description: "session" },
    name: {
      type: "positional",
      required: true,
      valueHint: "session",
      description: "name of the session",
    },
    json: { type: "boolean", description: "print JSON" },
  },
  async run({ what, name: word, json }, context) {
    if (what !== "session") throw usageError(`Unknown object '${makeHarmless(what)}': ${USAGE}`);
    const name = fullName(context, word);
    validateSessionAddress(name);
    const report = await examineSession(name, context);
    if (json === true) context.print(JSON.stringify(report, null, 2));
    else for (const line of describe(report)) context.print(line);
    return report.isLive ? 0 : 1;
  },
});

async function examineSession(name: string, context: CliContext): Promise<SessionReport> {
  const config = placeOf(context.config, name);
  const build = readDaemonBuildInfo(config, name);
  const git = readGitMeta(config, name);
  const log = SessionLog.find(context.config, name).read()?.text ?? "";
  const report: SessionReport = {
    name,
    socket: socketPath(config, name),
    isLive: false,
    ...(build === undefined ? {} : { build }),
    ...(git === undefined ? {} : { git }),
    logPath: logPath(config, name),
    log: log === "" ? [] : lastLines(log, LOG_LINES),
    preview: [],
  };
  try {
    const connection = await connectSession(config, name);
    connection.close();
    const info = await probeSession(report.socket);
    report.info = {
      ...info,
      clientsLen: Number(info.clientsLen),
      createdAt: Number(info.createdAt),
      taskEndedAt: Number(info.taskEndedAt),
    };
    report.isLive = true;
    const integration = await readIntegration(config, name);
    if (integration !== undefined) report.integration = integration;
    report.preview = await readPreview(name, { config });
  } catch (error) {
    if (!(error instanceof TsmError)) throw error;
    report.error = error.message;
  }
  return report;
}

async function readPreview(
  name: string,
  { config }: Pick<CliContext, "config">,
): Promise<string[]> {
  const connection = await connectSession(config, name);
  try {
    connection.send(Tag.History);
    const styled = decodeUtf8(await connection.readTag(Tag.History, PREVIEW_TIMEOUT_MS));
    return styled === "" ? [] : Bun.stripANSI(styled).split("\r\n").map(makeHarmless);
  } finally {
    connection.close();
  }
}

function describe(report: SessionReport): string[] {
  const { name, socket, isLive, error, info, build, git, log, preview, integration } = report;
  const rows: string[][] = [
    ["session", name],
    ["state", isLive ? "live" : `not live: ${error ?? "unknown"}`],
    ["socket", socket],
  ];
  if (info !== undefined) {
    rows.push(
      ["pid", String(info.pid)],
      ["clients", String(info.clientsLen)],
      ["command", info.cmd],
      ["directory", info.cwd],
      ["created", time(info.createdAt)],
      ["ended", info.taskEndedAt === 0 ? "-" : time(info.taskEndedAt)],
      ["exit code", info.taskEndedAt === 0 ? "-" : String(info.taskExitCode)],
    );
  }
  if (build !== undefined) rows.push(["build", `${build.executable}, ${time(build.modTimeUnix)}`]);
  if (git !== undefined) rows.push(["git", `${git.repoName} ${git.branchName} ${git.repoRoot}`]);
  if (integration !== undefined) rows.push(["shell", describeIntegration(integration)]);
  rows.push(["log", report.logPath]);
  return [
    ...renderTable(rows.map((row) => row.map(makeHarmless))),
    ...section("Log", log),
    ...section("Screen", preview),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0
    ? []
    : ["", `${title}:`, ...lines.map((line) => `  ${makeHarmless(line)}`)];
}

function time(unixSeconds: number): string {
  return toIso(unixSeconds) ?? `${unixSeconds} (not a valid date)`;
}
