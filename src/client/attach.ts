import { Tag } from "../protocol/tags.ts";
import { Connection } from "../sessions/wire/connection.ts";
import { knownTags } from "../sessions/wire/known-tags.ts";
import { detachSession, explainConnectError, requireSocket } from "../sessions/wire/requests.ts";
import type { AttachEnd, AttachmentOptions } from "./attachment-options.ts";
import { Attachment } from "./attachment.ts";

/**
 * Shows a session in the terminal until it ends, the user leaves, or another session is asked for.
 * The terminal stays taken over; the caller restores it.
 * @throws TsmError when the session cannot be reached, or its daemon is lost.
 */
export async function attachSession(options: AttachmentOptions): Promise<AttachEnd> {
  const path = await requireSocket(options.config, options.name);
  const attachment = new Attachment(await withOthersGone(options));
  try {
    attachment.start(
      await Connection.open(path, {
        onMessage: (message) => attachment.receive(message),
        onClose: (error) => attachment.disconnected(error),
        onDrain: () => options.terminal.resumeInput(),
      }),
    );
  } catch (error) {
    throw explainConnectError(options.name, error);
  }
  return await attachment.end;
}

/** Detaches the other clients where the daemon knows only how to detach all. */
async function withOthersGone(options: AttachmentOptions): Promise<AttachmentOptions> {
  const { config, name, takesOver } = options;
  if (takesOver !== true) return options;
  const tags = await knownTags(config, name);
  if (tags.includes(Tag.DetachOthers)) return options;
  await detachSession(config, name);
  return { ...options, takesOver: false };
}
