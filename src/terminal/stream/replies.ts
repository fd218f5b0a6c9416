/** A terminal's answer to queries. */
export interface Reply {
  /**
   * Names of the queries that it answers. Empty for reports that also come without a query, and for
   * answers to queries that the terminal model does not know.
   */
  questions: readonly string[];
  /** A key sends the same bytes. */
  mayBeKey: boolean;
}

/**
 * Reads an answer of a terminal: device attributes, cursor, status, mode, size and keyboard reports,
 * colours, status and capability strings. Keys, mouse and focus events are not answers.
 * `CSI 1 ; 2…16 R` is ambiguous: F3 with modifiers, or a cursor in the first row.
 * @param sequence one whole sequence, one character per byte.
 * @returns undefined when it is not an answer.
 */
export function readReply(sequence: string): Reply | undefined {
  for (const [form, question] of FORMS) {
    const match = form.exec(sequence);
    if (match === null) continue;
    const questions = typeof question === "string" ? [question] : question(match);
    return { questions, mayBeKey: KEY.test(sequence) };
  }
  return undefined;
}

/** Names of the queries used in several places. */
export const QUESTION = {
  keyboardFlags: "keyboard flags",
  version: "version",
  windowPixels: "window 4",
  screenPixels: "window 5",
  cellPixels: "window 6",
  /** Comes without a query when the size changes (mode 2048). */
  sizeReport: "window 48",
  mode: (mode: string) => `mode ${mode}`,
  keyModifiers: (resource: string) => `key modifiers ${resource}`,
  capability: (name: string) => `capability ${name}`,
  color: (osc: string) => `colour ${osc}`,
} as const;

/** Whether an answer belongs to a query: it may leave out the capability's name. */
export function isQuestion(asked: string, meant: string): boolean {
  return asked === meant || (meant === QUESTION.capability("") && asked.startsWith(meant));
}

/**
 * Whether programs use this query to detect a feature: a terminal that does not answer it, but answers
 * a later query, lacks the feature.
 */
export function asksForAbility(question: string): boolean {
  return ABILITY.test(question);
}

const ABILITY = /^(?:keyboard flags|version|mode|key modifiers|capability)/;

/** F3 with modifiers in the form of XTerm: the number is 1 more than their bits. */
const KEY = /^\x1b\[1;(?:[2-9]|1[0-6])R$/;

type Form = readonly [RegExp, string | ((match: RegExpExecArray) => readonly string[])];

const FORMS: readonly Form[] = [
  [/^\x1b\[\d+;\d+R$/, "cursor"],
  [/^\x1b\[\?\d+;\d+(?:;\d+)?R$/, "?cursor"],
  [/^\x1b\[\?[\d;]*c$/, "attributes 1"],
  [/^\x1b\[>[\d;]*c$/, "attributes 2"],
  [/^\x1bP!\||^\x1b\[=[\d;]*c$/, "attributes 3"],
  [/^\x1b\[(\??\d+);\d+\$y$/, ([, mode = ""]) => [QUESTION.mode(mode)]],
  [/^\x1b\[(\d+)(?:;\d+)*t$/, ([, first = ""]) => windowQuestion(first)],
  [/^\x1b\[\?\d+u$/, QUESTION.keyboardFlags],
  [/^\x1b\[>(\d+);\d+m$/, ([, resource = ""]) => [QUESTION.keyModifiers(resource)]],
  [/^\x1b\[[03]n$/, "status"],
  [/^\x1b\[\??(\d+)(?:;\d+)*n$/, ([, first = ""]) => statusQuestion(first)],
  [/^\x1b\](4;\d+|1[0-9]);(?:rgba?:|#)/, ([, osc = ""]) => [QUESTION.color(osc)]],
  [/^\x1bP[01]\$r/, "status string"],
  [/^\x1bP[01]\+r([\da-f;=]*)/i, ([, names = ""]) => capabilityQuestions(names)],
  [/^\x1bP>\|/, QUESTION.version],
  [/^\x1b_G[^;]*;/, () => []], // kitty's images
  [/^\x1b\[\?\d+;\d+(?:;\d+)*S$/, () => []], // Sixel and ReGIS
];

/** An iconified window answers with another number than an open one. */
function windowQuestion(first: string): readonly string[] {
  return [`window ${first === "2" ? "1" : first}`];
}

function statusQuestion(first: string): readonly string[] {
  if (first === "997") return ["status 996"];
  const asked = STATUS[first];
  return asked === undefined ? [] : [`status ${asked}`];
}

/** By the number of the answer: printer, keys, keyboard, locator. */
const STATUS: Readonly<Record<string, number>> = {
  10: 15,
  11: 15,
  13: 15,
  18: 15,
  19: 15,
  20: 25,
  21: 25,
  27: 26,
  50: 55,
  53: 55,
};

/** Some terminals answer for all names at once. */
function capabilityQuestions(names: string): readonly string[] {
  return names
    .split(";")
    .map((name) => QUESTION.capability((name.split("=")[0] ?? "").toUpperCase()));
}
