import { MODIFIER, readKeyReport } from "../../input/key-report.ts";
import { sameKeyAs } from "../../input/key-names.ts";
import { nameOfCode, nameOfForm } from "../../input/key-table.ts";
import { IGNORED, type InputEvent } from "./input-event.ts";

/** Keys with one of these modifiers are ignored. */
const FOREIGN = MODIFIER.super | MODIFIER.hyper | MODIFIER.meta;

/**
 * Decodes a control sequence.
 * @param body parameters, intermediates and the final byte, without the introducer.
 */
export function decodeSequence(introducer: "CSI" | "SS3", body: string): InputEvent {
  if (introducer === "SS3") return named(nameOfForm(body), 0);
  const final = body.at(-1);
  if (final === "M" || final === "m") return decodeMouse(body.slice(0, -1), final);
  const report = readKeyReport(body);
  if (report === undefined || report.isRelease) return IGNORED;
  if (report.kind === "function") return named(nameOfForm(report.form), report.modifiers);
  return fromCode(report.code, report.modifiers, report.text);
}

/** The key that a character or control byte of a plain terminal is. */
export function decodeCharacter(character: string): InputEvent {
  const code = character.codePointAt(0) ?? 0;
  if (code === 13 || code === 10) return key("enter");
  if (code === 9) return key("tab");
  if (code === 127) return key("backspace");
  if (code === 27) return key("esc");
  if (code === 0) return key("ctrl+space");
  if (code < 32) return key(`ctrl+${String.fromCharCode(code + 64).toLowerCase()}`);
  return fromCode(code, 0, "");
}

/** ESC and a character is that character with alt. */
export function withAlt(event: InputEvent): InputEvent {
  if (event.type !== "key" || event.name === "esc") return IGNORED;
  return key(event.name.startsWith("alt+") ? event.name : `alt+${event.name}`);
}

function fromCode(code: number, modifiers: number, text: string): InputEvent {
  if ((modifiers & FOREIGN) !== 0) return IGNORED;
  const name = nameOfCode(code);
  if (name !== undefined) return named(name, modifiers);
  const character = String.fromCodePoint(code);
  if (/^[\p{C}\p{Z}]$/u.test(character)) return IGNORED;
  if ((modifiers & MODIFIER.ctrl) !== 0) {
    const name = `ctrl+${character.toLowerCase()}`;
    return key(sameKeyAs(name) ?? name);
  }
  const shifted = (modifiers & MODIFIER.shift) !== 0 ? character.toUpperCase() : character;
  if ((modifiers & MODIFIER.alt) !== 0) return key(`alt+${shifted}`);
  const typed = text === "" ? shifted : text;
  return key(typed, typed);
}

function named(name: string | undefined, modifiers: number): InputEvent {
  if (name === undefined || (modifiers & FOREIGN) !== 0) return IGNORED;
  if ((modifiers & MODIFIER.ctrl) !== 0) return key(`ctrl+${name}`);
  if ((modifiers & MODIFIER.alt) !== 0) return key(`alt+${name}`);
  // Shift with these is the key alone, as on a plain terminal.
  const isPlain = name === "enter" || name === "space" || name === "backspace" || name === "esc";
  const isShifted = (modifiers & MODIFIER.shift) !== 0 && !isPlain && !name.startsWith("shift+");
  return isShifted ? key(`shift+${name}`) : key(name, name === "space" ? " " : "");
}

/** SGR mouse reports: `CSI < button ; col ; row M`, counted from 1. */
function decodeMouse(params: string, final: "M" | "m"): InputEvent {
  const match = /^<(\d+);(\d+);(\d+)$/.exec(params);
  if (match === null || final === "m") return IGNORED;
  const button = Number(match[1]);
  const place = { col: Number(match[2]) - 1, row: Number(match[3]) - 1 };
  if (button === 64) return { type: "mouse", kind: "wheel-up", ...place };
  if (button === 65) return { type: "mouse", kind: "wheel-down", ...place };
  return button === 0 ? { type: "mouse", kind: "press", ...place } : IGNORED;
}

function key(name: string, text = ""): InputEvent {
  return { type: "key", name, text };
}
