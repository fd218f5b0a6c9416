import { penToSgr } from "../snapshot/pen-writer.ts";
import { gatherPayload } from "./gather-payload.ts";
import { QUESTION } from "../stream/replies.ts";
import type { TerminalState } from "../terminal-state.ts";
import { BG } from "../xterm/cell-bits.ts";
import type { FunctionId, Params } from "../xterm/xterm-core.ts";

/** DA1: a VT220 with colour. DA2: programs take it for a plain, fairly new xterm. */
const PRIMARY_ATTRIBUTES = "\x1b[?62;22c";
const SECONDARY_ATTRIBUTES = "\x1b[>0;276;0c";
const TERTIARY_ATTRIBUTES = "\x1bP!|00000000\x1b\\";
const VERSION = "\x1bP>|tsm\x1b\\";

/** Answers to XTGETTCAP; any other name is reported as unknown. */
const CAPABILITIES: Readonly<Record<string, string>> = {
  TN: "xterm-256color",
  name: "xterm-256color",
  Co: "256",
  colors: "256",
  RGB: "8/8/8",
};

/** Answers programs' queries to their terminal. The daemon decides whether answers are sent. */
export function installQueries(state: TerminalState): void {
  const { core, reply } = state;
  const parser = core._inputHandler._parser;
  const onCsi = (id: FunctionId, handle: (first: number, params: Params) => void): void => {
    parser.registerCsiHandler(id, (params) => {
      handle(params.params[0] ?? 0, params);
      return true;
    });
  };
  onCsi({ final: "c" }, (first) => first === 0 && reply(PRIMARY_ATTRIBUTES));
  onCsi({ prefix: ">", final: "c" }, (first) => first === 0 && reply(SECONDARY_ATTRIBUTES));
  onCsi({ prefix: "=", final: "c" }, (first) => first === 0 && reply(TERTIARY_ATTRIBUTES));
  onCsi({ prefix: ">", final: "q" }, (first) => first === 0 && reply(VERSION));
  onCsi({ final: "n" }, (first) => {
    if (first === 5) reply("\x1b[0n");
    else if (first === 6) reply(`\x1b[${cursorPosition(state)}R`);
  });
  onCsi({ prefix: "?", final: "n" }, (first) => {
    const answer = DEVICE_STATUS[first];
    if (first === 6) reply(`\x1b[?${cursorPosition(state)}R`);
    else if (answer !== undefined) reply(answer);
  });
  onCsi({ prefix: "?", final: "u" }, () => reply(`\x1b[?${state.kittyFlags.flags}u`));
  onCsi({ prefix: "?", final: "m" }, (first) =>
    reply(`\x1b[>${first};${state.modifyKeys.get(first)}m`),
  );
  onCsi({ intermediates: "$", final: "p" }, (mode) =>
    reply(`\x1b[${mode};${ansiMode(state, mode)}$y`),
  );
  onCsi({ prefix: "?", intermediates: "$", final: "p" }, (mode) =>
    reply(`\x1b[?${mode};${privateMode(state, mode)}$y`),
  );
  onCsi({ final: "t" }, (first, params) => reportWindow(state, first, params));

  const requestStatus = { intermediates: "$", final: "q" };
  parser.clearDcsHandler(requestStatus);
  parser.registerDcsHandler(
    requestStatus,
    gatherPayload((what) => {
      const value = statusString(state, what);
      reply(value === undefined ? "\x1bP0$r\x1b\\" : `\x1bP1$r${value}${what}\x1b\\`);
    }),
  );
  parser.registerDcsHandler(
    { intermediates: "+", final: "q" },
    gatherPayload((names) => {
      for (const name of names.split(";").slice(0, 64)) reply(capability(name));
    }),
  );
}

/** No printer, no keys to define, a North American keyboard, no locator, a dark background. */
const DEVICE_STATUS: Readonly<Record<number, string>> = {
  15: "\x1b[?13n",
  25: "\x1b[?21n",
  26: "\x1b[?27;1;0;0n",
  53: "\x1b[?50n",
  55: "\x1b[?50n",
  996: "\x1b[?997;1n",
};

function cursorPosition({ core, buffer, sideMargins }: TerminalState): string {
  const isOrigin = core.coreService.decPrivateModes.origin;
  const [top, left] = isOrigin ? [buffer.scrollTop, sideMargins.left] : [0, 0];
  const isPending = sideMargins.isWrapPending(buffer);
  const x = isPending ? sideMargins.right : Math.min(buffer.x, core.cols - 1);
  return `${buffer.y - top + 1};${x - left + 1}`;
}

const NOT_RECOGNIZED = 0;
const SET = 1;
const RESET = 2;

function ansiMode({ core }: TerminalState, mode: number): number {
  if (mode === 4) return core.coreService.modes.insertMode ? SET : RESET;
  if (mode === 20) return core.options.convertEol ? SET : RESET;
  return NOT_RECOGNIZED;
}

function privateMode(state: TerminalState, mode: number): number {
  const isSet = isPrivateModeSet(state, mode);
  return isSet === undefined ? NOT_RECOGNIZED : isSet ? SET : RESET;
}

function isPrivateModeSet(state: TerminalState, mode: number): boolean | undefined {
  const { coreService, coreMouseService, options } = state.core;
  const modes = coreService.decPrivateModes;
  switch (mode) {
    case 1:
      return modes.applicationCursorKeys;
    case 6:
      return modes.origin;
    case 7:
      return modes.wraparound;
    case 9:
      return coreMouseService.activeProtocol === "X10";
    case 12:
      return modes.cursorBlink ?? options.cursorBlink;
    case 25:
      return !coreService.isCursorHidden;
    case 45:
      return modes.reverseWraparound;
    case 47:
    case 1047:
    case 1049:
      return state.isAlt;
    case 69:
      return state.sideMargins.isEnabled;
    case 66:
      return modes.applicationKeypad;
    case 1000:
      return coreMouseService.activeProtocol === "VT200";
    case 1002:
      return coreMouseService.activeProtocol === "DRAG";
    case 1003:
      return coreMouseService.activeProtocol === "ANY";
    case 1004:
      return modes.sendFocus;
    case 1006:
      return coreMouseService.activeEncoding === "SGR";
    case 1016:
      return coreMouseService.activeEncoding === "SGR_PIXELS";
    case 1048:
      return true;
    case 2004:
      return modes.bracketedPasteMode;
    case 2026:
      return modes.synchronizedOutput;
    default:
      return state.modes.get(mode);
  }
}

const CURSOR_STYLES = { block: 2, underline: 4, bar: 6 } as const;

/** DECSCUSR's parameter for the present cursor style; 0 when no program has chosen one. */
export function cursorStyleParameter({ core }: TerminalState): number {
  const { cursorStyle, cursorBlink } = core.coreService.decPrivateModes;
  if (cursorStyle === undefined) return 0;
  return CURSOR_STYLES[cursorStyle] - (cursorBlink === true ? 1 : 0);
}

function statusString(state: TerminalState, what: string): string | undefined {
  const { core, buffer, sideMargins } = state;
  const pen = core._inputHandler._curAttrData;
  switch (what) {
    case "m":
      return `0${penToSgr(pen)}`;
    case "r":
      return `${buffer.scrollTop + 1};${buffer.scrollBottom + 1}`;
    case "s":
      return `${sideMargins.left + 1};${sideMargins.right + 1}`;
    case "t":
      return `${core.rows}`;
    case "$|":
      return `${core.cols}`;
    case "*|":
      return `${core.rows}`;
    case " q":
      return `${cursorStyleParameter(state) || (core.options.cursorBlink ? 1 : 2)}`;
    case '"p':
      return "62;1";
    case '"q':
      return (pen.bg & BG.protected) !== 0 ? "1" : "0";
    default:
      return undefined;
  }
}

function reportWindow(state: TerminalState, first: number, params: Params): void {
  const { core, reply, titles } = state;
  const { rows, cols } = core;
  const second = params.length > 1 ? (params.params[1] ?? 0) : 0;
  if (first === 11) reply("\x1b[1t");
  else if (first === 13) reply("\x1b[3;0;0t");
  else if (first >= 14 && first <= 16) reportPixels(state, first);
  else if (first === 18) reply(`\x1b[8;${rows};${cols}t`);
  else if (first === 19) reply(`\x1b[9;${rows};${cols}t`);
  else if (first === 22) titles.push(second);
  else if (first === 23) titles.pop(second);
}

/** The text area (14) or a cell (16); no client reports the whole screen (15). */
function reportPixels({ core, pixels, reply, leaveUnanswered }: TerminalState, what: number): void {
  const { xPixels, yPixels } = pixels;
  const isKnown = xPixels > 0 && yPixels > 0;
  const cell = `${Math.floor(yPixels / core.rows)};${Math.floor(xPixels / core.cols)}`;
  if (what === 15) leaveUnanswered(QUESTION.screenPixels);
  else if (what === 14 && isKnown) reply(`\x1b[4;${yPixels};${xPixels}t`);
  else if (what === 16 && isKnown) reply(`\x1b[6;${cell}t`);
  else leaveUnanswered(what === 14 ? QUESTION.windowPixels : QUESTION.cellPixels);
}

function capability(hexName: string): string {
  if (!/^([\da-f]{2}){1,64}$/i.test(hexName)) return "\x1bP0+r\x1b\\";
  const value = CAPABILITIES[Buffer.from(hexName, "hex").toString("latin1")];
  if (value === undefined) return `\x1bP0+r${hexName}\x1b\\`;
  return `\x1bP1+r${hexName}=${Buffer.from(value, "latin1").toString("hex").toUpperCase()}\x1b\\`;
}
