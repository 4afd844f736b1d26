import type { Json, JsonObject, JsonSchema, JsonSchemaObject } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import type { CoreNode, Workflow } from "../../src/index.ts";
import { coreNodes, outletsOf } from "../../src/index.ts";
import { vendorUses } from "./fake-vendor.ts";

/** Chooses a whole number from 0 to below `limit`. */
export type Choose = (limit: number) => number;

type Kind = "text" | "number" | "flag" | "record" | "list" | "any";

/** What an expression may read in some place: sources that come to a kind. */
interface Readable {
  readonly source: string;
  readonly kind: Kind;
}

/** Durations that node parameters take; long enough to be a park, short enough for every limit. */
const DURATIONS = ["1s", "5m", "2h"];
const DURATION_KEYS = /^(for|expires|wait|longest|per|window|quiet|atMost|ttl|lease|timeout|remindEvery|escalateAfter)$/;

/** Paths below what operations give. */
const OUTPUTS: { readonly [use: string]: readonly (readonly [string, Kind])[] } = {
  "acme@1/person": [
    [".name", "text"],
    [".email", "text"],
    [".age", "number"],
    [".tags", "list"],
    [".home", "record"],
    [".home.city", "text"],
    [".home.zip", "text"],
    [".nick", "text"],
    ["", "record"],
  ],
  "acme@1/people": [[".people", "list"]],
  "acme@1/rows": [[".rows", "list"]],
  "acme@1/flags": [
    [".ok", "flag"],
    [".reason", "text"],
  ],
  "acme@1/save": [[".id", "text"]],
  "acme@1/note": [["", "record"]],
};
const KINDS: readonly Kind[] = ["text", "number", "flag", "record", "list"];

/** Writes random workflows: all core nodes and operations, expressions of right and of wrong types, names that exist and that do not. */
export class WorkflowWriter {
  readonly #choose: Choose;
  #names = 0;
  #left: number;

  constructor(choose: Choose, size: number) {
    this.#choose = choose;
    this.#left = size;
  }

  workflow(): Workflow {
    const schema: JsonSchema = {
      type: "object",
      properties: {
        title: { type: "string", "x-data-class": "public" },
        count: { type: "integer" },
        sure: { type: "boolean" },
        words: { type: "array", items: { type: "string" } },
        mail: { type: "string", "x-data-class": "personal" },
        extra: { type: "string" },
      },
      required: ["title", "count", "sure", "words", "mail"],
      additionalProperties: false,
    };
    const scope: Readable[] = [
      { source: "trigger.body.title", kind: "text" },
      { source: "trigger.body.mail", kind: "text" },
      { source: "trigger.body.count", kind: "number" },
      { source: "trigger.body.sure", kind: "flag" },
      { source: "trigger.body.words", kind: "list" },
      { source: "trigger.body.extra", kind: "text" },
      { source: "trigger.body", kind: "record" },
      { source: "run.id", kind: "text" },
    ];
    const { nodes } = this.#set(scope, 1 + this.#choose(8), 0);
    return {
      format: "mortise.workflow/1",
      name: "Random",
      trigger: { use: "manual", with: { schema: schema as unknown as Json } },
      nodes: nodes as unknown as Workflow["nodes"],
      output: { $cel: "steps" },
    };
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#choose(list.length)] as T;
  }

  #chance(percent: number): boolean {
    return this.#choose(100) < percent;
  }

  /** A node set, and what those who see its end may read. */
  #set(
    outside: readonly Readable[],
    size: number,
    depth: number,
  ): { readonly nodes: JsonObject; readonly end: readonly Readable[] } {
    const nodes: { [name: string]: JsonObject } = {};
    const before: { readonly name: string; readonly outlets: readonly string[]; readonly reads: readonly Readable[] }[] = [];
    for (let i = 0; i < size && this.#left > 0; i++) {
      this.#left--;
      const name = `n${++this.#names}`;
      const after = before.filter(() => this.#chance(55)).slice(-3);
      const seen = this.#chance(90) ? after : before;
      const scope = [...outside, ...seen.flatMap(({ reads }) => reads)];
      const node = this.#node(scope, depth);
      const entries = after.map(({ name: each, outlets }) =>
        outlets.length > 0 && this.#chance(60) ? `${each}.${this.#oneOf(outlets)}` : each,
      );
      nodes[name] = {
        ...node.document,
        ...(entries.length > 0 && { after: this.#chance(3) ? [...entries, "nowhere"] : entries }),
        ...(entries.length > 1 && this.#chance(40) && { join: "any" }),
        ...(this.#chance(8) && { onError: this.#oneOf(["continue", "stop", ...before.map((each) => each.name)]) }),
        ...(this.#chance(4) && { disabled: true }),
      };
      const reads = node.reads.map(([path, kind]) => ({ source: `steps.${name}.output${path}`, kind }));
      before.push({ name, outlets: outletsOf(nodes[name] as never), reads });
    }
    return { nodes, end: [...outside, ...before.flatMap(({ reads }) => reads)] };
  }

  #node(
    scope: readonly Readable[],
    depth: number,
  ): { readonly document: JsonObject; readonly reads: readonly (readonly [string, Kind])[] } {
    if (this.#chance(45)) {
      const use = this.#oneOf(vendorUses);
      return { document: { use, with: this.#input(use, scope) }, reads: OUTPUTS[use] ?? [] };
    }
    const kind = this.#oneOf(KINDS);
    if (this.#chance(30))
      return { document: { use: "core/map", with: { value: this.#value(scope, kind) } }, reads: [["", kind]] };
    const core = this.#oneOf(coreNodes.filter(({ spec }) => depth < 2 || !hasBodies(spec.params)));
    return { document: { use: core.spec.use, with: this.#params(core, scope, depth) }, reads: readsOf(core) };
  }

  #input(use: string, scope: readonly Readable[]): JsonObject {
    const fields: { readonly [use: string]: readonly (readonly [string, Kind, boolean])[] } = {
      "acme@1/person": [["id", "text", true]],
      "acme@1/people": [["limit", "number", false]],
      "acme@1/save": [
        ["name", "text", true],
        ["amount", "number", true],
        ["tags", "list", false],
      ],
      "acme@1/note": [
        ["text", "text", true],
        ["person", "record", false],
      ],
    };
    const given = (fields[use] ?? []).filter(([, , required]) => (required ? !this.#chance(2) : this.#chance(30)));
    return Object.fromEntries(
      given.map(([name, kind]) => [name, this.#value(scope, this.#chance(4) ? this.#oneOf(KINDS) : kind)]),
    );
  }

  /** Parameters of a core node by its own schema. */
  #params(core: CoreNode, scope: readonly Readable[], depth: number): JsonObject {
    const { properties = {}, required = [] } = core.spec.params;
    const keys = Object.keys(properties).filter((key) => required.includes(key) || this.#chance(30));
    const bounded = keys.slice(0, core.spec.params.maxProperties ?? keys.length);
    const least = bounded.length < (core.spec.params.minProperties ?? 0) ? Object.keys(properties).slice(0, 1) : bounded;
    const params: { [key: string]: Json } = {};
    const inner: Readable[] = [...scope];
    for (const [name, kind] of VARIABLES[core.spec.use] ?? []) inner.push({ source: name, kind });
    let end: readonly Readable[] = inner;
    const isBody = (key: string) => "x-node-set" in asSchema(properties[key]);
    for (const key of [...least.filter(isBody), ...least.filter((key) => !isBody(key))]) {
      const schema = asSchema(properties[key]);
      if (isBody(key)) {
        const body = this.#set(inner, this.#choose(4), depth + 1);
        params[key] = body.nodes;
        end = body.end;
      } else
        params[key] = this.#param(
          key,
          schema,
          key === "collect" || key === "result" || key === "next" ? end : key === "condition" ? inner : scope,
        );
    }
    return params;
  }

  #param(key: string, schema: JsonSchemaObject, scope: readonly Readable[]): Json {
    if ("x-value" in schema) return this.#value(scope, kindOf(schema));
    const rest = asSchema(schema.additionalProperties as JsonSchema);
    if ("x-value" in rest) return Object.fromEntries(["a", "b"].map((name) => [name, this.#value(scope, kindOf(rest))]));
    if (DURATION_KEYS.test(key)) return this.#oneOf(DURATIONS);
    if (key === "rules") return [{ rule: "required", field: this.#oneOf(["n", "s", "name", "nothing"]) }];
    if (key === "on" && schema.type === "array") return ["TARGET_SICK", "WORKFLOW_FAILED_ITSELF"];
    if (key === "outputSchema" || key === "schema")
      return { type: "object", properties: { x: { type: "integer" } }, required: ["x"] };
    if (key === "stateSchema" || key === "inputSchema") return { type: ["integer", "null"] };
    if (key === "max" || key === "times" || key === "attempts") return 2;
    if (key === "key" && schema.type === "string") return "n";
    if (schema.enum) return this.#oneOf(schema.enum);
    return sampleFor(schema, this.#choose(6));
  }

  /** A literal, an expression, a text or a pipeline of this kind; now and then of another. */
  #value(scope: readonly Readable[], kind: Kind): Json {
    const wanted = this.#chance(3) ? this.#oneOf(KINDS) : kind;
    if (wanted === "list" && this.#chance(20)) return this.#pipeline(scope);
    if (wanted === "text" && this.#chance(20))
      return { $text: `To \${${this.#expression(scope, this.#oneOf(["text", "number"]), 1)}}` };
    if (this.#chance(20)) return this.#literal(wanted);
    return { $cel: this.#expression(scope, wanted, 2) };
  }

  #pipeline(scope: readonly Readable[]): Json {
    const steps: readonly Json[] = [
      { filter: { where: { $cel: this.#oneOf(["row.n > 1", "has(row.name)", "row.age < 50", "index < 3"]) } } },
      { limit: { count: 2 } },
      { pick: { fields: [this.#oneOf(["name", "n", "s", "email"])] } },
      { set: { fields: { z: { $cel: this.#oneOf(["index + 1", "row.name", "row.s", "row.email"]) } } } },
    ];
    return { $map: [{ from: { $cel: this.#expression(scope, "list", 0) } }, ...steps.filter(() => this.#chance(40))] };
  }

  #literal(kind: Kind): Json {
    switch (kind === "any" ? this.#oneOf(KINDS) : kind) {
      case "text":
        return this.#oneOf(["ada", "", "lead", "12"]);
      case "number":
        return this.#oneOf([0, 1, 2.5, -3]);
      case "flag":
        return this.#chance(50);
      case "record":
        return this.#oneOf<Json>([{ id: "c1", age: 3 }, { x: 1 }, {}]);
      default:
        return this.#oneOf<Json>([
          [],
          ["a"],
          [
            { n: 1, s: "s" },
            { n: 2, s: "t" },
          ],
          [1, 2],
        ]);
    }
  }

  #expression(scope: readonly Readable[], kind: Kind, depth: number): string {
    const wanted = kind === "any" ? this.#oneOf(KINDS) : kind;
    if (this.#chance(1)) return "steps.nowhere.output";
    if (this.#chance(2)) return "1 +";
    const fitting = scope.filter((each) => each.kind === wanted);
    if (fitting.length > 0 && (depth === 0 || this.#chance(60))) return this.#oneOf(fitting).source;
    if (depth === 0) return literalText(this.#literal(wanted));
    const part = (of: Kind) => this.#expression(scope, of, depth - 1);
    switch (wanted) {
      case "text":
        return this.#oneOf([
          () => `${part("text")} + ${part("text")}`,
          () => `string(${part("number")})`,
          () => `default(${part("text")}, 'none')`,
          () => `(${part("flag")} ? ${part("text")} : ${part("text")})`,
        ])();
      case "number":
        return this.#oneOf([
          () => `${part("number")} + ${part("number")}`,
          () => `size(${part("text")})`,
          () => `size(${part("list")})`,
          () => `(${part("flag")} ? 1 : ${part("number")})`,
        ])();
      case "flag":
        return this.#oneOf([
          () => `${part("number")} > ${part("number")}`,
          () => `${part("text")} == ${part("text")}`,
          () => `!(${part("flag")})`,
          () => `${part("flag")} && ${part("flag")}`,
          () => `${part("list")}.exists(x, x == 'a')`,
        ])();
      case "record":
        return `{'id': ${part("text")}, 'age': ${part("number")}}`;
      default:
        return this.#oneOf([
          () => `[${part("text")}, ${part("text")}]`,
          () => `${part("list")}.map(x, x)`,
          () => `${part("list")}.filter(x, ${part("flag")})`,
          () => `${part("list")} + ${part("list")}`,
        ])();
    }
  }
}

/** What the bodies and conditions of core nodes may see beside what is around them. */
const VARIABLES: { readonly [use: string]: readonly (readonly [string, Kind])[] } = {
  "core/for-each": [
    ["item", "any"],
    ["item.s", "text"],
    ["item.n", "number"],
    ["item.name", "text"],
    ["item.email", "text"],
    ["index", "number"],
    ["batch", "list"],
  ],
  "core/filter": [
    ["item.n", "number"],
    ["item.s", "text"],
    ["index", "number"],
  ],
  "core/try": [["error.message", "text"]],
  "core/loop": [["index", "number"]],
  "core/while": [["index", "number"]],
  "core/retry": [["attempt", "number"]],
};

function readsOf({ spec }: CoreNode): readonly (readonly [string, Kind])[] {
  if (spec.use === "core/for-each")
    return [
      [".count", "number"],
      [".results", "list"],
    ];
  if (spec.use === "core/validate") return [[".valid", "list"]];
  return [
    ["", "record"],
    ["", "any"],
  ];
}

function hasBodies({ properties = {} }: JsonSchemaObject): boolean {
  return Object.values(properties).some((each) => "x-node-set" in asSchema(each));
}

function asSchema(schema: JsonSchema | undefined): JsonSchemaObject {
  return typeof schema === "object" ? schema : {};
}

function kindOf({ type }: JsonSchemaObject): Kind {
  switch (type) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "flag";
    case "array":
      return "list";
    case "object":
      return "record";
    default:
      return "any";
  }
}

const samples = new Map<JsonSchemaObject, readonly Json[]>();

/** One of a few values that fit a schema, made once. */
function sampleFor(schema: JsonSchemaObject, at: number): Json {
  const known = samples.get(schema) ?? [0, 1, 2, 3, 4, 5].map((seed) => sampleOf(schema, { seed, maxDepth: 2 }) ?? "x");
  samples.set(schema, known);
  return known[at % known.length] ?? "x";
}

function literalText(value: Json): string {
  if (typeof value === "string") return `'${value}'`;
  return JSON.stringify(value).replaceAll('"', "'");
}
