/**
 * Message tags. Frozen: numbers 0–11 are shared with other builds and with the original program,
 * 12–18 belong to a related program and are never used, ours start at 64.
 */
export const Tag = {
  Input: 0,
  Output: 1,
  Resize: 2,
  Detach: 3,
  DetachAll: 4,
  Kill: 5,
  Info: 6,
  Init: 7,
  History: 8,
  Run: 9,
  Ack: 10,
  Rename: 11,
  /** Sent once, after the last Output: u8 exit code, u8 signal. */
  Exit: 64,
  /** The session's new name, UTF-8, to attached clients. */
  Renamed: 65,
  /** Like Init, for a client that only watches: it types nothing and decides no size. */
  InitReadOnly: 66,
  /** Detaches every attached client but the asking one. */
  DetachOthers: 67,
  /** Variables of the client's environment: `NAME=value`, each followed by NUL, UTF-8. */
  Environment: 68,
  /** Asked without payload; the answer: u8 whether a program calls, u64 last time of a client. */
  Attention: 69,
  /**
   * The own tags that a client understands, or none; the answer: those of the daemon, a byte each.
   */
  Tags: 70,
  /** Runs text in the session's shell; answered with RunState, and RunOutput in between. */
  RunCommand: 71,
  RunState: 72,
  /** Output of a command that RunCommand has started, for the connection that asked. */
  RunOutput: 73,
  /** Asks for the end of the run command, or of the session's own; answered when it comes. */
  Wait: 74,
  /** Asks for the screen as it is, and what is printed from now on; answered with Snapshot. */
  Watch: 75,
  /** What the Output that follows describes. */
  Snapshot: 76,
  /** Changes labels and asks for them: `key=value`, each followed by NUL. */
  Labels: 77,
  /**
   * Asks that the client whose user typed last switches to another session; sent on to that client.
   */
  Switch: 78,
  /**
   * Eight bytes that the client has written to its terminal; sent back when they appear in this
   * session's output.
   */
  TerminalMark: 79,
  /** Asked without payload; the answer: whether the session's shell reports its prompts. */
  Integration: 90,
  /** Interrupts what the shell does until it is at its prompt; answered with RunState. */
  ResetShell: 91,
  /** How much Output the client's terminal has shown on this connection: u64 bytes. */
  Shown: 92,
  /** Size of the client's terminal in characters and pixels. */
  PixelSize: 93,
  /** The client's terminal obeys no control sequences: it gets none but the program's. */
  DumbTerminal: 94,
} as const;

/** The own tags that a client of this build understands, as it reports them in Tags. */
export const UNDERSTOOD_TAGS: readonly number[] = [
  Tag.Exit,
  Tag.Renamed,
  Tag.Switch,
  Tag.TerminalMark,
];

/** The own tags that a daemon of this build answers, in the answer to Tags. */
export const ANSWERED_TAGS: readonly number[] = [
  Tag.InitReadOnly,
  Tag.DetachOthers,
  Tag.Environment,
  Tag.Attention,
  Tag.Tags,
  Tag.RunCommand,
  Tag.Wait,
  Tag.Watch,
  Tag.Labels,
  Tag.Switch,
  Tag.TerminalMark,
  Tag.Integration,
  Tag.ResetShell,
  Tag.Shown,
  Tag.PixelSize,
  Tag.DumbTerminal,
];

/** A tag as it is on the wire, 0…255; not every number has a meaning here. */
export type Tag = number;

const NAMES = new Map<number, string>(Object.entries(Tag).map(([name, tag]) => [tag, name]));

/** The tag's name, or `Tag(200)` for one that this build does not know. */
export function tagName(tag: Tag): string {
  return NAMES.get(tag) ?? `Tag(${tag})`;
}
