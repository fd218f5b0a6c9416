/** Words that every shell takes as they are. */
const PLAIN_WORD = /^[\w./:,@%+-][\w./:=,@%+-]*$/;

/**
 * A command as a shell's text. One word is text already: it may be a whole pipeline. Several words
 * are a program and its arguments, which shall arrive as they are, whatever shell reads them: so
 * nothing stands in quotes that any shell would look at there.
 */
export function commandText(words: readonly string[]): string {
  const [only] = words;
  return words.length === 1 && only !== undefined ? only : words.map(quoteWord).join(" ");
}

function quoteWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  const parts = word.split(/([\\'])/).map((part) => {
    if (part === "\\" || part === "'") return `\\${part}`;
    return part === "" ? "" : `'${part}'`;
  });
  return parts.join("") || "''";
}
