import { type AuthScheme, type Contract, type JsonSchema, joinPointer, sharedNames } from "@mortise/contract";
import { type Field, fieldsOf } from "./fields.ts";

/** A schema of the contract with its place. */
type Placed = readonly [path: string, schema: JsonSchema];

/** Every field that a person fills in; shared schemas that forms use once each. */
export function formFields(contract: Contract): readonly Field[] {
  const forms: Placed[] = [];
  if (contract.settings !== undefined) forms.push(["/settings", contract.settings]);
  for (const [id, scheme] of Object.entries(contract.auth)) forms.push(...authForms(scheme, joinPointer("auth", id)));
  for (const [name, { input }] of Object.entries(contract.operations))
    forms.push([joinPointer("operations", name, "input"), input]);
  for (const [name, { input }] of Object.entries(contract.triggers ?? {}))
    forms.push([joinPointer("triggers", name, "input"), input]);
  return fieldsWithShared(contract, forms);
}

/** Every field that comes out of an operation or a trigger; shared schemas that results use once each. */
export function resultFields(contract: Contract): readonly Field[] {
  const results: Placed[] = [];
  for (const kind of ["operations", "triggers"] as const)
    for (const [name, { output }] of Object.entries(contract[kind] ?? {}))
      results.push([joinPointer(kind, name, "output"), output]);
  return fieldsWithShared(contract, results);
}

function authForms(scheme: AuthScheme, at: string): readonly Placed[] {
  if (scheme.kind === "all") return scheme.of.flatMap((one, index) => authForms(one, `${at}/of/${index}`));
  return "fields" in scheme ? [[`${at}/fields`, scheme.fields]] : [];
}

function fieldsWithShared({ schemas = {} }: Contract, roots: readonly Placed[]): readonly Field[] {
  const fields = roots.flatMap(([path, schema]) => fieldsOf(schema, path));
  const seen = new Set<string>();
  const open = roots.flatMap(([, schema]) => [...sharedNames(schema)]);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
    if (schema === undefined || seen.has(name)) continue;
    seen.add(name);
    fields.push(...fieldsOf(schema, joinPointer("schemas", name)));
    open.push(...sharedNames(schema));
  }
  return fields;
}
