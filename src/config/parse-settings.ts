import { TomlError, parse } from "smol-toml";
import { TsmError, describeError } from "../base/errors.ts";
import type { Problem } from "./problem.ts";
import type { Settings } from "./settings.ts";
import { locateKeys } from "./toml-positions.ts";
import { readDocument } from "./validate.ts";

export interface ParsedSettings {
  settings: Settings;
  /** Every mistake, in the order of the file. */
  errors: TsmError[];
}

/** Parses the text of a configuration file; messages name it `file`. Never throws. */
export function parseSettings(source: string, file: string): ParsedSettings {
  const problems: Problem[] = [];
  let document: unknown;
  try {
    document = parse(source);
  } catch (error) {
    return { settings: readDocument({}, () => {}), errors: [syntaxError(error, file)] };
  }
  const settings = readDocument(document, (problem) => problems.push(problem));
  const locate = locateKeys(source);
  const found = problems.map((problem) => {
    const paths = [problem.path, problem.otherPath ?? [], problem.path.slice(0, -1)];
    const line = paths.map((path) => locate(path)?.line).find((place) => place !== undefined) ?? 1;
    return { line, error: problemError(problem, file, line) };
  });
  found.sort((a, b) => a.line - b.line);
  return { settings, errors: found.map(({ error }) => error) };
}

function problemError({ fact, remedy }: Problem, file: string, line: number): TsmError {
  return new TsmError("config", `${file}:${line}: ${fact}.`, { remedy });
}

function syntaxError(error: unknown, file: string): TsmError {
  if (!(error instanceof TomlError)) {
    return new TsmError("config", `${file}: ${describeError(error)}`, { cause: error });
  }
  // The first line describes the mistake; the others show where it is.
  const fact = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
  const message = `${file}:${error.line}:${error.column}: not valid TOML: ${fact}.`;
  const remedy = `Correct line ${error.line}, or start over with 'tsm config install --force'.`;
  return new TsmError("config", message, { remedy, cause: error });
}
