import type { InputEvent } from "../input/input-event.ts";
import type { ListedSession } from "./listed-session.ts";
import type { PickerState, Preview } from "./state.ts";

/** Everything that can happen to the picker. */
export type PickerEvent =
  | InputEvent
  | { type: "resize"; size: { rows: number; cols: number } }
  | { type: "sessions"; sessions: readonly ListedSession[] }
  /** `preview` is undefined when the session has none. */
  | { type: "preview"; name: string; preview: Preview | undefined }
  | { type: "killed"; name: string }
  | { type: "detached"; name: string }
  | { type: "renamed"; from: string; to: string }
  | { type: "created"; name: string }
  | { type: "failed"; message: string };

/** A request of the model to the outside; its result comes back as an event. */
export type Effect =
  | { kind: "attach"; name: string }
  | { kind: "quit" }
  | { kind: "kill" | "detach"; names: readonly string[] }
  | { kind: "rename"; from: string; to: string }
  | { kind: "create"; name: string; dir: string }
  | { kind: "copy"; text: string }
  | { kind: "refresh" };

export interface Update {
  state: PickerState;
  effects: readonly Effect[];
}
