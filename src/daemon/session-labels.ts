import { describeError } from "../base/errors.ts";
import { decodeVariables, encodeVariables } from "../protocol/messages.ts";
import { Tag } from "../protocol/tags.ts";
import { encodeUtf8 } from "../protocol/utf8.ts";
import { changeLabels, type Labels } from "../sessions/labels.ts";
import type { ClientConnection } from "./clients/client-connection.ts";

/** A session's labels, which live and end with its daemon. */
export class SessionLabels {
  #labels: Labels = {};

  /** Makes the changes in a Labels payload, and answers with all labels or with what is wrong. */
  change(client: ClientConnection, payload: Uint8Array): void {
    try {
      this.#labels = changeLabels(this.#labels, decodeVariables(payload) ?? {});
      client.send(Tag.Labels, encodeVariables(this.#labels));
    } catch (error) {
      client.send(Tag.Ack, encodeUtf8(describeError(error)));
    }
  }
}
