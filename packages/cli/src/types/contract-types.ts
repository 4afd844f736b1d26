import { type Contract, type JsonSchema, sharedName } from "@mortise/contract";
import { compile } from "json-schema-to-typescript";
import { indented } from "./indented.ts";
import { TypeNames } from "./type-names.ts";
import { type NameOf, type TypedSchema, typedSchema } from "./typed-schema.ts";

/**
 * TypeScript declarations for a contract: its settings, every operation's input and output, every trigger's input and event, each shared
 * schema once, and maps of them all (`Operations`, `Triggers`). They compile under `strict` with `exactOptionalPropertyTypes`.
 */
export async function contractTypes(contract: Contract): Promise<string> {
  const bundle = new Bundle(contract);
  if (contract.settings) bundle.declare("Settings", contract.settings);
  const operations = Object.entries(contract.operations).map(([key, { title, effect, deprecated, input, output }]) => ({
    key,
    comment: `${title} (${effect})`,
    deprecated,
    types: { input: bundle.declare(`${key}Input`, input), output: bundle.declare(`${key}Output`, output) },
  }));
  const triggers = Object.entries(contract.triggers ?? {}).map(([key, { title, kind, deprecated, input, output }]) => ({
    key,
    comment: `${title} (${kind})`,
    deprecated,
    types: { input: bundle.declare(`${key}TriggerInput`, input), event: bundle.declare(`${key}Event`, output) },
  }));
  bundle.declareShared();
  const parts = [
    `// Types of ${contract.name} ${contract.version}, made by: mortise types ${contract.name}`,
    await bundle.text(),
    mapType("Operations", "Input and output of every operation, by its key.", operations),
    ...(triggers.length === 0 ? [] : [mapType("Triggers", "Input and event of every trigger, by its key.", triggers)]),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

/** All schemas of a contract as one schema with definitions, each under the name of its type. */
class Bundle {
  readonly #contract: Contract;
  readonly #names = new TypeNames();
  readonly #shared = new Map<string, string>();
  readonly #types: TypedSchema[] = [];

  constructor(contract: Contract) {
    this.#contract = contract;
    for (const name of ["Operations", "Triggers", "Settings", ...RESERVED]) this.#names.take(name);
  }

  /** Declares a schema and its own definitions; the name it got. */
  declare(wanted: string, schema: JsonSchema): string {
    const name = wanted === "Settings" ? wanted : this.#names.take(wanted);
    this.#define(name, schema);
    return name;
  }

  /** Declares the schemas that operations share. Their names come after those of the operations. */
  declareShared(): void {
    for (const [name, schema] of Object.entries(this.#contract.schemas ?? {})) this.#define(this.#nameOfShared(name), schema);
  }

  #define(name: string, schema: JsonSchema): void {
    const own = typeof schema === "boolean" ? {} : (schema.$defs ?? {});
    const local = new Map(Object.keys(own).map((key) => [key, this.#names.take(`${name} ${key}`)]));
    const nameOf: NameOf = (reference) => {
      if (reference === "#") return name;
      const shared = sharedName(reference);
      if (shared !== undefined)
        return Object.hasOwn(this.#contract.schemas ?? {}, shared) ? this.#nameOfShared(shared) : undefined;
      const key = /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1];
      return key === undefined ? undefined : local.get(decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"));
    };
    this.#types.push(titled(name, typedSchema(schema, nameOf)));
    for (const [key, each] of Object.entries(own)) this.#types.push(titled(local.get(key) ?? key, typedSchema(each, nameOf)));
  }

  #nameOfShared(name: string): string {
    const known = this.#shared.get(name) ?? this.#names.take(name);
    this.#shared.set(name, known);
    return known;
  }

  async text(): Promise<string> {
    const properties = Object.fromEntries(this.#types.map((each, index) => [`type${index}`, each]));
    const schema = { title: ROOT, type: "object", additionalProperties: false, properties };
    const text = await compile(schema as Parameters<typeof compile>[0], ROOT, {
      bannerComment: "",
      additionalProperties: true,
      declareExternallyReferenced: true,
      format: false,
      unknownAny: true,
      $refOptions: { resolve: { external: false } },
    });
    return indented(text.replace(ROOT_TYPE, ""));
  }
}

function titled(name: string, schema: TypedSchema): TypedSchema {
  return typeof schema === "boolean" ? { title: name, tsType: schema ? "unknown" : "never" } : { title: name, ...schema };
}

/** The generator takes one schema, so the types are the properties of one; what it makes of that is left out. */
const ROOT = "MortiseBundle";
const ROOT_TYPE = /^export interface MortiseBundle \{\n[^}]*\n\}$/m;

/** Names of the language that generated types use. */
const RESERVED = ["Record", ROOT];

interface MapEntry {
  readonly key: string;
  readonly comment: string;
  readonly deprecated: string | undefined;
  readonly types: { readonly [member: string]: string };
}

function mapType(name: string, comment: string, entries: readonly MapEntry[]): string {
  const rows = entries.map(({ key, comment: said, deprecated, types }) => {
    const tag = deprecated === undefined ? "" : ` @deprecated ${oneLine(deprecated)}`;
    const members = Object.entries(types).map(([member, type]) => `${member}: ${type}`);
    return `  /** ${oneLine(said)}${tag} */\n  ${JSON.stringify(key)}: { ${members.join("; ")} };`;
  });
  return `/** ${comment} */\nexport interface ${name} {\n${rows.join("\n")}\n}`;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("*/", "*\\/");
}
