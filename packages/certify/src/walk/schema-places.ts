import { type Contract, type JsonSchemaObject, joinPointer } from "@mortise/contract";

/** A schema of the contract as a whole. */
export interface SchemaPlace {
  readonly path: string;
  readonly schema: JsonSchemaObject;
}

/** Every schema that the contract holds: settings, fields of credentials, inputs, outputs, shared ones. */
export function schemaPlaces(contract: Contract): readonly SchemaPlace[] {
  const found: SchemaPlace[] = [];
  const add = (path: string, schema: unknown): void => {
    if (typeof schema === "object" && schema !== null) found.push({ path, schema: schema as JsonSchemaObject });
  };
  add("/settings", contract.settings);
  for (const [id, scheme] of Object.entries(contract.auth)) {
    const all = scheme.kind === "all" ? scheme.of : [scheme];
    all.forEach((one, index) => {
      const at = scheme.kind === "all" ? joinPointer("auth", id, "of", index) : joinPointer("auth", id);
      if ("fields" in one) add(`${at}/fields`, one.fields);
    });
  }
  for (const kind of ["operations", "triggers"] as const) {
    for (const [name, { input, output }] of Object.entries(contract[kind] ?? {})) {
      add(joinPointer(kind, name, "input"), input);
      add(joinPointer(kind, name, "output"), output);
    }
  }
  for (const [name, schema] of Object.entries(contract.schemas ?? {})) add(joinPointer("schemas", name), schema);
  return found;
}
