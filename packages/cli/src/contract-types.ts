import type { Contract, Json, JsonSchemaObject } from "@mortise/contract";
import { compile } from "json-schema-to-typescript";

/** TypeScript declarations for the settings and for every operation's input and output; they compile under `strict`. */
export async function contractTypes(contract: Contract): Promise<string> {
  const parts = [`// Types of ${contract.name} ${contract.version}, made by: mortise types ${contract.name}`];
  if (contract.settings) parts.push(await declare("Settings", contract.settings));
  const rows: string[] = [];
  for (const [key, operation] of Object.entries(contract.operations)) {
    const name = pascalCase(key);
    parts.push(await declare(`${name}Input`, operation.input), await declare(`${name}Output`, operation.output));
    rows.push(
      `  /** ${oneLine(operation.title)} (${operation.effect}) */\n  ${JSON.stringify(key)}: { input: ${name}Input; output: ${name}Output };`,
    );
  }
  parts.push(`/** Input and output of every operation, by its key. */\nexport interface Operations {\n${rows.join("\n")}\n}`);
  return `${parts.join("\n\n")}\n`;
}

async function declare(name: string, schema: JsonSchemaObject): Promise<string> {
  const plain = prepare(schema as unknown as Json, name, true);
  const text = await compile(plain as Parameters<typeof compile>[0], name, {
    bannerComment: "",
    additionalProperties: false,
    declareExternallyReferenced: true,
    format: true,
    unknownAny: true,
    $refOptions: { resolve: { external: false } },
  });
  return text.trim();
}

/**
 * A copy whose nested titles became descriptions (each title would turn into a type of its own, and equal titles would clash)
 * and whose `$defs` carry the name of the type, so that two operations may define the same name.
 */
function prepare(value: Json, prefix: string, top: boolean): Json {
  if (Array.isArray(value)) return value.map((entry: Json) => prepare(entry, prefix, false));
  if (typeof value !== "object" || value === null) return value;
  const source = value as { readonly [key: string]: Json };
  const copy: { [key: string]: Json } = {};
  for (const [key, entry] of Object.entries(source)) {
    if (key === "properties" && typeof entry === "object" && entry !== null && !Array.isArray(entry)) {
      copy[key] = Object.fromEntries(Object.entries(entry).map(([name, schema]) => [name, prepare(schema, prefix, false)]));
    } else if (key === "$defs" && typeof entry === "object" && entry !== null && !Array.isArray(entry)) {
      copy[key] = Object.fromEntries(
        Object.entries(entry).map(([name, schema]) => [`${prefix}${pascalCase(name)}`, prepare(schema, prefix, false)]),
      );
    } else if (key === "$ref" && typeof entry === "string") {
      copy[key] = entry.replace(/^#\/\$defs\/(.+)$/, (_, name: string) => `#/$defs/${prefix}${pascalCase(name)}`);
    } else if (key === "title" && typeof entry === "string") {
      if (!top) copy.description = typeof source.description === "string" ? source.description : entry;
    } else if (key !== "description" || !("description" in copy)) {
      copy[key] = ["enum", "const", "default", "examples", "x-sample"].includes(key) ? entry : prepare(entry, prefix, false);
    }
  }
  return copy;
}

/** `create-contact`, `createContact` and `create_contact` all become `CreateContact`. */
export function pascalCase(name: string): string {
  return name.replace(/(^|[^a-zA-Z0-9]+)([a-zA-Z0-9])/g, (_, _gap: string, letter: string) => letter.toUpperCase());
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("*/", "* /");
}
