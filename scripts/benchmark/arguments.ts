import { parseArgs } from "node:util";

export interface Arguments {
  isQuick: boolean;
  only: readonly string[];
  jsonFile: string | undefined;
  writesDocs: boolean;
}

/** @throws Error with one line for the user when the arguments are invalid. */
export function parseArguments(argv: readonly string[], names: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string" },
      "write-docs": { type: "boolean", default: false },
    },
  });
  const unknown = values.only.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new Error(`There is no measurement '${unknown}'. There are: ${names.join(", ")}.`);
  }
  if (values["write-docs"] && (values.quick || values.only.length > 0)) {
    throw new Error("The documentation holds a whole run: no --quick or --only with --write-docs.");
  }
  return {
    isQuick: values.quick,
    only: values.only,
    jsonFile: values.json,
    writesDocs: values["write-docs"],
  };
}
