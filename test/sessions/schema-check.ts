/** The part of JSON Schema that `docs/sessions.schema.json` uses. */
export interface Schema {
  type: string | string[];
  format?: string;
  minimum?: number;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  /** The schema of fields not named in `properties`; without it, no other fields are allowed. */
  additionalProperties?: Schema;
}

/** The violations of a schema in a value, as paths with reasons; empty if it is valid. */
export function violations(value: unknown, schema: Schema, path = "$"): string[] {
  const types = [schema.type].flat();
  if (!types.some((type) => isOfType(value, type))) return [`${path} is not ${types.join(" or ")}`];
  const found: string[] = [];
  if (typeof value === "number" && value < (schema.minimum ?? -Infinity)) {
    found.push(`${path} is below ${schema.minimum}`);
  }
  if (schema.format === "date-time" && typeof value === "string") {
    if (Number.isNaN(Date.parse(value))) found.push(`${path} is no time`);
  }
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return found;
    return [...found, ...value.flatMap((item, i) => violations(item, items, `${path}[${i}]`))];
  }
  if (typeof value !== "object" || value === null) return found;
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const name of schema.required ?? []) {
    if (!fields.has(name)) found.push(`${path}.${name} is missing`);
  }
  for (const [name, field] of fields) {
    const fieldSchema = schema.properties?.[name] ?? schema.additionalProperties;
    if (fieldSchema === undefined) found.push(`${path}.${name} is not in the schema`);
    else found.push(...violations(field, fieldSchema, `${path}.${name}`));
  }
  return found;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "integer":
      return Number.isInteger(value);
    case "object":
      return typeof value === "object" && value !== null && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}
