import { makeHarmless } from "../base/harmless-text.ts";
import { exitCodeOf, type ExitStatus } from "../protocol/messages.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import type { Client } from "./clients/client-connection.ts";

const LF = 0x0a;
const CR = 0x0d;

/** Shows a client of a session that is held how its command has ended. */
export function tellHeldEnd(client: Client, session: string, exit: ExitStatus): void {
  const hint = client.isReadOnly ? "" : ": Enter closes it";
  const notice = `\r\n[${makeHarmless(session)} exited ${exitCodeOf(exit)}${hint}]\r\n`;
  client.send(Tag.Output, encodeUtf8(notice));
}

/** Whether what a client types lets a held session go. */
export function closesHeld(client: Client, typed: Uint8Array): boolean {
  const isEnter = typed.includes(CR) || typed.includes(LF);
  return isEnter && client.isAttached && !client.isReadOnly;
}
