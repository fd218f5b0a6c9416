/** One result of `tsm doctor`. */
export interface Check {
  name: string;
  /** `warning` is worth knowing; a `problem` makes doctor fail. */
  status: "ok" | "warning" | "problem";
  fact: string;
  remedy?: string;
}

/** A check that found nothing wrong. */
export function fine(name: string, fact: string): Check {
  return { name, status: "ok", fact };
}

export function warning(name: string, fact: string, remedy?: string): Check {
  return { name, status: "warning", fact, ...(remedy === undefined ? {} : { remedy }) };
}

export function problem(name: string, fact: string, remedy?: string): Check {
  return { name, status: "problem", fact, ...(remedy === undefined ? {} : { remedy }) };
}
