import { DYNAMIC_COLORS } from "../state/palette.ts";
import { gatherPayload } from "./gather-payload.ts";
import type { TerminalState } from "../terminal-state.ts";

const MAX_CWD_LENGTH = 4096;

/** Operating system commands. They replace xterm's, which gather without a useful bound. */
export function installStringHandlers(state: TerminalState): void {
  const { core, links, marks, palette, titles } = state;
  const parser = core._inputHandler._parser;
  const handle = (id: number, apply: (payload: string) => void): void => {
    parser.clearOscHandler(id);
    parser.registerOscHandler(id, gatherPayload(apply));
  };
  parser.setOscHandlerFallback(() => {});
  parser.setDcsHandlerFallback(() => {});

  handle(0, (text) => {
    titles.setTitle(text);
    titles.setIcon(text);
  });
  handle(1, (text) => titles.setIcon(text));
  handle(2, (text) => titles.setTitle(text));
  handle(4, (payload) => palette.setIndexed(payload));
  handle(7, (payload) => {
    if (payload.length <= MAX_CWD_LENGTH) state.cwd = payload;
  });
  handle(8, (payload) => links.apply(payload));
  for (const id of DYNAMIC_COLORS) {
    handle(id, (payload) => palette.setDynamic(id, payload));
    handle(id + 100, () => palette.resetDynamic(id + 100));
  }
  handle(104, (payload) => palette.resetIndexed(payload));
  handle(133, (payload) => marks.add(payload));
}
