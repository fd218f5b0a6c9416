import type { Hyperlink } from "../state/hyperlinks.ts";
import { sgrChange, type PenWords } from "../snapshot/pen-writer.ts";
import type { StyledLine } from "./styled-line.ts";

const DEFAULT_PEN: PenWords = { fg: 0, bg: 0, ext: 0 };
const LINK_END = "\x1b]8;;\x1b\\";

/**
 * A line for a terminal: text, SGR and links (OSC 8), nothing else. It begins and ends with the
 * default style, so lines are independent of each other.
 */
export function vtLine(line: StyledLine): string {
  let out = "";
  let pen = DEFAULT_PEN;
  let link: Hyperlink | undefined;
  for (const run of line) {
    if (run.link?.uri !== link?.uri || run.link?.params !== link?.params) {
      out += linkStart(run.link, link);
      link = run.link;
    }
    out += sgrChange(pen, run.pen) + run.text;
    pen = run.pen;
  }
  if (sgrChange(pen, DEFAULT_PEN) !== "") out += "\x1b[m";
  return link === undefined || linkStart(link, undefined) === "" ? out : out + LINK_END;
}

/** A link that could end its own sequence is dropped: programs may send anything. */
function linkStart(link: Hyperlink | undefined, before: Hyperlink | undefined): string {
  const payload = link === undefined ? undefined : `${link.params};${link.uri}`;
  if (payload !== undefined && !/\p{Cc}/u.test(payload)) return `\x1b]8;${payload}\x1b\\`;
  return before === undefined ? "" : LINK_END;
}
