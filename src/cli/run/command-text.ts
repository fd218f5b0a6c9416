/** Words that no shell changes. */
const PLAIN_WORD = /^[\w./:,@%+-][\w./:=,@%+-]*$/;

/**
 * A command as a shell's text. One word is text already: it may be a whole pipeline. Several words
 * are a program and its arguments, which must arrive unchanged in any shell: quotes contain
 * nothing that any shell would interpret there.
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
