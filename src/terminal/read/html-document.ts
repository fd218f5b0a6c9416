import type { Hyperlink } from "../state/hyperlinks.ts";
import { cssColor, htmlStyle, type HtmlStyle } from "./html-style.ts";
import type { Palette } from "../state/palette.ts";
import type { StyledLine, StyledRun } from "./styled-line.ts";

/** Other addresses could run something in the reader's browser. */
const SAFE_ADDRESS = /^(?:https?|mailto|ftp|file):/i;

/**
 * Lines as a self-contained HTML document: no scripts, no external files. All text from programs is
 * escaped.
 */
export function htmlDocument(
  title: string,
  lines: readonly StyledLine[],
  palette: Palette,
): string {
  const writer = new HtmlWriter(palette);
  const body = lines.map((line) => writer.line(line)).join("\n");
  const text = cssColor(palette.dynamicRgb(10));
  const ground = cssColor(palette.dynamicRgb(11));
  return `<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${Bun.escapeHTML(title)}</title>
<style>
body { margin: 1em; color: ${text}; background: ${ground}; }
pre { margin: 0; font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; line-height: 1.2; }
a { color: inherit; }
</style>
</head>
<body>
<pre>
${body}
</pre>
</body>
</html>
`;
}

class HtmlWriter {
  /** A few styles repeat throughout. */
  readonly #styles = new Map<string, HtmlStyle>();

  readonly #palette: Palette;

  constructor(palette: Palette) {
    this.#palette = palette;
  }

  line(line: StyledLine): string {
    let out = "";
    let address: string | undefined;
    for (const run of line) {
      const next = addressOf(run.link);
      if (next !== address) {
        if (address !== undefined) out += "</a>";
        if (next !== undefined)
          out += `<a href="${Bun.escapeHTML(next)}" rel="noreferrer noopener">`;
        address = next;
      }
      out += this.#run(run);
    }
    return address === undefined ? out : `${out}</a>`;
  }

  #run({ text, pen }: StyledRun): string {
    const { outer, inner } = this.#styleOf(pen);
    return inSpan(outer, inSpan(inner, Bun.escapeHTML(text)));
  }

  #styleOf(pen: StyledRun["pen"]): HtmlStyle {
    const key = `${pen.fg},${pen.bg},${pen.ext}`;
    const known = this.#styles.get(key);
    if (known !== undefined) return known;
    const style = htmlStyle(pen, this.#palette);
    this.#styles.set(key, style);
    return style;
  }
}

function inSpan(style: string, html: string): string {
  return style === "" ? html : `<span style="${style}">${html}</span>`;
}

/** The address of a link that is safe to follow. */
function addressOf(link: Hyperlink | undefined): string | undefined {
  if (link === undefined || !SAFE_ADDRESS.test(link.uri) || /\p{Cc}/u.test(link.uri)) {
    return undefined;
  }
  return link.uri;
}
