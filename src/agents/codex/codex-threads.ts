import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type * as Sqlite from "bun:sqlite";

import { asObject } from "../../base/json-object.ts";
import { errnoOf } from "../../base/errors.ts";
import { countAt, momentAt, textAt } from "../json-fields.ts";
import { readFileStart } from "../untrusted-files.ts";

/** The data that Codex stores for one conversation. */
export interface CodexThread {
  title: string;
  /** Unix seconds. */
  updatedAt: number;
  rolloutPath: string;
  tokensUsed: number;
  modelProvider: string;
  cliVersion: string;
  source: string;
  sandboxPolicy: string;
  approvalMode: string;
  gitSha: string;
  gitBranch: string;
  gitOriginUrl: string;
  firstUserMessage: string;
  agentNickname: string;
  agentRole: string;
  memoryMode: string;
}

/** Characters read of each text: enough for any field, however long the stored text is. */
const MAX_TEXT = 4096;

const TEXTS = {
  title: "title",
  rolloutPath: "rollout_path",
  modelProvider: "model_provider",
  cliVersion: "cli_version",
  source: "source",
  sandboxPolicy: "sandbox_policy",
  approvalMode: "approval_mode",
  gitSha: "git_sha",
  gitBranch: "git_branch",
  gitOriginUrl: "git_origin_url",
  firstUserMessage: "first_user_message",
  agentNickname: "agent_nickname",
  agentRole: "agent_role",
  memoryMode: "memory_mode",
} as const;

const COLUMNS = Object.values(TEXTS).map(
  (column) => `substr(${column}, 1, ${MAX_TEXT}) AS ${column}`,
);

const QUERY = `
  SELECT updated_at, tokens_used, ${COLUMNS.join(", ")} FROM threads
  WHERE archived = 0 AND cwd IN (?1, ?2) ORDER BY cwd = ?1 DESC, updated_at DESC LIMIT 1`;

/**
 * Reads the last thread in one of two directories; a thread in the first one is preferred.
 * Undefined when there is none, or when the database is locked, corrupt or has another schema.
 */
export function readThread(path: string, directories: readonly string[]): CodexThread | undefined {
  const [first = "", second = first] = directories;
  const row = asObject(queryOne(path, first, second));
  if (row === undefined) return undefined;
  const text = (field: keyof typeof TEXTS): string => textAt(row, TEXTS[field]);
  return {
    title: text("title"),
    updatedAt: momentAt(row, "updated_at"),
    rolloutPath: text("rolloutPath"),
    tokensUsed: countAt(row, "tokens_used") ?? 0,
    modelProvider: text("modelProvider"),
    cliVersion: text("cliVersion"),
    source: text("source"),
    sandboxPolicy: text("sandboxPolicy"),
    approvalMode: text("approvalMode"),
    gitSha: text("gitSha"),
    gitBranch: text("gitBranch"),
    gitOriginUrl: text("gitOriginUrl"),
    firstUserMessage: text("firstUserMessage"),
    agentNickname: text("agentNickname"),
    agentRole: text("agentRole"),
    memoryMode: text("memoryMode"),
  };
}

function queryOne(path: string, first: string, second: string): unknown {
  const header = readFileStart(path, HEADER_BYTES);
  // Not a regular file: SQLite would wait for the writer of a FIFO, and create a missing file.
  if (header === undefined) return undefined;
  try {
    const { constants, Database } = sqlite();
    const { SQLITE_OPEN_READONLY, SQLITE_OPEN_URI } = constants;
    const url = `${pathToFileURL(path).href}${isAtRest(path, header) ? "?immutable=1" : ""}`;
    using database = new Database(url, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI);
    using query = database.query<unknown, [string, string]>(QUERY);
    return query.get(first, second);
  } catch (error) {
    // SQLITE_BUSY, SQLITE_CORRUPT, SQLITE_NOTADB, SQLITE_CANTOPEN; SQLITE_ERROR: no such column.
    if (errnoOf(error)?.startsWith("SQLITE_") === true) return undefined;
    throw error;
  }
}

const HEADER_BYTES = 20;

/**
 * Whether a database is in WAL mode (2 in bytes 18 and 19 of its header: SQLite's file format) but
 * not open in any process. Even a reader would create -wal and -shm files for such a database, so
 * it is opened as immutable.
 */
function isAtRest(path: string, header: Uint8Array): boolean {
  return header[18] === 2 && header[19] === 2 && !existsSync(`${path}-wal`);
}

/** Loads SQLite, only when a session runs Codex and not whenever sessions are listed. */
function sqlite(): typeof Sqlite {
  return createRequire(import.meta.url)("bun:sqlite");
}
