import { type JsonObject, asObject } from "../../base/json-object.ts";
import { listAt, momentAt, objectAt, textAt } from "../json-fields.ts";
import { proseSummary, toolSummary } from "../one-line.ts";

/** The agent's state according to one entry of a transcript. */
export interface Turn {
  state: "working" | "thinking" | "waiting" | "done" | "active";
  summary: string;
  /** Unix seconds; 0 when the entry has no time. */
  at: number;
  /** Whether it is the user's turn: the agent has finished or asks a question. */
  waitsForUser: boolean;
  /** Whether the entry is a hook that has only its event's name, which is not informative. */
  isBareHook: boolean;
  /** The user's request, if this entry is one. */
  prompt?: string;
}

/** Reads the turn in an entry; undefined for the many kinds of entry without one. */
export function readTurn(entry: JsonObject): Turn | undefined {
  const told = turnByType(entry);
  if (told === undefined) return undefined;
  const at = momentAt(entry, "timestamp");
  // A subagent reports to the agent that started it, not to the user.
  const waitsForUser = told.waitsForUser === true && entry["isSidechain"] !== true;
  return { summary: "", isBareHook: false, ...told, at, waitsForUser };
}

type Told = Pick<Turn, "state"> & Partial<Turn>;

function turnByType(entry: JsonObject): Told | undefined {
  switch (textAt(entry, "type")) {
    case "assistant":
      return assistantTurn(objectAt(entry, "message"));
    case "user":
      return entry["isMeta"] === true ? undefined : userTurn(objectAt(entry, "message"));
    case "progress":
      return hookTurn(objectAt(entry, "data"));
    default:
      return undefined;
  }
}

/** Reads the turn from the message's last block of a known type. */
function assistantTurn(message: JsonObject): Told | undefined {
  const stopReason = textAt(message, "stop_reason");
  const blocks = listAt(message, "content");
  for (const content of blocks.toReversed()) {
    const block = asObject(content) ?? {};
    switch (textAt(block, "type")) {
      case "tool_use":
        return toolTurn(textAt(block, "name"), objectAt(block, "input"));
      case "text":
        return textTurn(textAt(block, "text"), stopReason);
      case "thinking":
        return { state: "thinking" };
      default:
    }
  }
  return undefined;
}

function textTurn(text: string, stopReason: string): Told {
  const summary = proseSummary(text);
  if (stopReason === "end_turn") return { state: "done", summary, waitsForUser: true };
  return { state: stopReason === "tool_use" ? "working" : "active", summary };
}

/** Tools that only ask the user. */
const QUESTIONS = new Set(["AskUserQuestion", "ExitPlanMode"]);

function toolTurn(name: string, input: JsonObject): Told {
  if (!QUESTIONS.has(name)) return { state: "working", summary: toolSummary(name, input) };
  const [first] = listAt(input, "questions");
  const question = textAt(asObject(first) ?? input, "question") || textAt(input, "plan");
  const summary = proseSummary(question) || toolSummary(name, {});
  return { state: "waiting", summary, waitsForUser: true };
}

/** Marks of texts that Claude Code itself writes as the user: mostly output of its commands. */
const NOT_SAID_BY_USER = ["<local-command-", "<persisted-output>", "<command-name>"];
const INTERRUPTION = "[Request interrupted by user";

function userTurn(message: JsonObject): Told | undefined {
  const text = userText(message);
  if (text === "" || NOT_SAID_BY_USER.some((mark) => text.includes(mark))) return undefined;
  const summary = proseSummary(text);
  if (text.startsWith(INTERRUPTION)) return { state: "waiting", summary };
  return { state: "waiting", summary, prompt: text };
}

/** A message's text. Tool results are user messages too, but have no text. */
function userText(message: JsonObject): string {
  const texts = listAt(message, "content")
    .map((content) => asObject(content) ?? {})
    .filter((block) => textAt(block, "type") === "text")
    .map((block) => textAt(block, "text"));
  return (textAt(message, "content") || texts.join("\n")).trim();
}

/** Events that run hooks. A hook named only by such an event has no name of its own. */
const HOOK_EVENTS = new Set([
  "sessionstart",
  "sessionend",
  "setup",
  "userpromptsubmit",
  "pretooluse",
  "posttooluse",
  "posttoolusefailure",
  "permissionrequest",
  "notification",
  "stop",
  "subagentstart",
  "subagentstop",
  "precompact",
]);

function hookTurn(data: JsonObject): Told | undefined {
  if (textAt(data, "type") !== "hook_progress") return undefined;
  const name = textAt(data, "hookName") || textAt(data, "name") || textAt(data, "hookEvent");
  // `PreToolUse:Bash` is an event and the tool that it matched.
  const [event = ""] = name.split(":");
  const isBareHook = name === "" || HOOK_EVENTS.has(event.toLowerCase().replace(/[^a-z]/g, ""));
  return { state: "working", summary: isBareHook ? "" : proseSummary(name), isBareHook };
}
