import { controlKey, type ControlKey } from "../input/key-table.ts";

/** Actions that have a key in the attach client. */
export type KeyAction = "detach" | "picker";

export type AttachKeys = Readonly<Partial<Record<KeyAction, ControlKey>>>;

/** The keys of the settings, each `ctrl+x` or `none`. */
export function attachKeys(settings: { detachKey: string; pickerKey: string }): AttachKeys {
  const keyOf = (setting: string): ControlKey | undefined =>
    setting.startsWith("ctrl+") ? controlKey(setting.slice("ctrl+".length)) : undefined;
  const detach = keyOf(settings.detachKey);
  const picker = keyOf(settings.pickerKey);
  return {
    ...(detach === undefined ? {} : { detach }),
    ...(picker === undefined ? {} : { picker }),
  };
}
