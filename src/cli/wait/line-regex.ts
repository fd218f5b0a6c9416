/** Ends of lines as `$` knows them with the flag m, but not the end of a text that may go on. */
const LINE_END = "(?=[\\n\\r\\u2028\\u2029])";
/** What a `$` may stand in without being an anchor: an escape, a class, the name of a group. */
const PART = /\\k<[^>]*>|\\[^]|\[(?:\\[^]|[^\]\\])*\]|\(\?<(?![=!])[^>]*>|\$|[^]/gu;

/**
 * A regular expression for a text that grows, with the flags m and u: its `$` is the end of a line
 * that has come whole, so the last line does not match it before its line feed is there.
 * @throws SyntaxError when it is none.
 */
export function lineRegex(source: string): RegExp {
  const { source: checked } = new RegExp(source, "mu");
  return new RegExp(
    checked.replace(PART, (part) => (part === "$" ? LINE_END : part)),
    "mu",
  );
}
