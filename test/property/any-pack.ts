import type { Contract, Operation, Trigger, Value } from "@mortise/contract";
import fc from "fast-check";
import { anyObject, anySchema, anyText } from "./any-schema.ts";

/** Operations that only make sense together. */
export interface Pack {
  readonly operations: { readonly [name: string]: Operation };
  readonly triggers?: Contract["triggers"];
}

const OPERATION = {
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: [],
  outcomes: [],
  examples: [],
} as const satisfies Partial<Operation>;

const OBJECT = { type: "object", additionalProperties: false } as const;
const id = { ...OBJECT, required: ["id"], properties: { id: { type: "string", pattern: "^[a-z0-9]+$" } } } as const;

/** A job that is started, asked for and fetched. */
const jobs: fc.Arbitrary<Pack> = fc.tuple(anySchema([], 2), anyText).map(([result, title]) => ({
  operations: {
    packStart: {
      ...OPERATION,
      title,
      effect: "execute",
      idempotency: "none",
      input: OBJECT,
      output: { ...OBJECT, properties: { result } },
      request: { method: "POST", url: "/jobs", body: {}, output: { id: { $cel: "response.body.id" } } },
      wait: {
        poll: { operation: "packPoll", with: { id: { $cel: "output.id" } } },
        done: "polled.state == 'done'",
        failed: "polled.state == 'failed'",
        every: "1ms",
        timeout: "1m",
        fetch: { operation: "packFetch", with: { id: { $cel: "output.id" } } },
      },
    },
    packPoll: {
      ...OPERATION,
      title: "Ask",
      input: id,
      output: { ...OBJECT, required: ["state"], properties: { state: { enum: ["waiting", "done", "failed"] } } },
      request: { method: "GET", url: "/jobs/{id}", path: { id: { $cel: "input.id" } } },
    },
    packFetch: {
      ...OPERATION,
      title: "Fetch",
      input: id,
      output: { ...OBJECT, properties: { result } },
      request: { method: "GET", url: { $text: "/jobs/${input.id}/result" } },
    },
  },
}));

/** Lists: of parents, of the children of each, only what is new; and a trigger on them. */
const lists: fc.Arbitrary<Pack> = fc
  .tuple(anyObject(anySchema([], 1), "x"), fc.constantFrom("date-time" as const, "epoch_s" as const), anyText)
  .map(([more, as, title]) => {
    const item = {
      ...more,
      required: [...(more.required ?? []), "id", "at"],
      properties: {
        ...more.properties,
        id: id.properties.id,
        at:
          as === "date-time" ? { type: "string", format: "date-time" } : { type: "integer", minimum: 0, maximum: 2_000_000_000 },
      },
    } as const satisfies Operation["output"];
    const list = {
      ...OPERATION,
      title,
      input: OBJECT,
      output: { type: "object", required: ["rows"], properties: { rows: { type: "array", items: item } } },
      stream: { items: "/rows", resume: "cursor" },
      identity: ["/id"],
    } as const satisfies Partial<Operation>;
    const trigger: Trigger = {
      kind: "poll",
      title,
      scopes: [],
      input: OBJECT,
      output: item,
      identity: ["/id"],
      examples: [],
      firstRun: "skip",
      source: { operation: "packNew", with: {} },
    };
    return {
      operations: {
        packParents: { ...list, request: { method: "GET", url: "/parents" }, pagination: { kind: "link" } },
        packChildren: {
          ...list,
          output: {
            type: "object",
            required: ["rows"],
            properties: {
              rows: {
                type: "array",
                items: {
                  type: "object",
                  required: ["key", "parent"],
                  properties: { key: { type: "string" }, parent: { type: "string" } },
                },
              },
            },
          },
          identity: ["/key"],
          request: {
            method: "GET",
            url: { $text: "/parents/${partition.id}/children" },
            output: { rows: { $cel: 'response.body.data.map(each, {"key": each.id, "parent": partition.id})' } },
          },
          partition: { parent: { operation: "packParents", with: {} } },
        },
        packNew: { ...list, request: { method: "GET", url: "/news" }, incremental: { cursor: "/at", as, param: "since" } },
      },
      triggers: { packTrigger: trigger },
    };
  });

const RENAMED: Value = { $map: [{ from: { $cel: "input.rows" } }, { rename: { fields: { id: "key" } } }] };

/** Something that is looked for, and created where it is not there; and many at once. */
const writes: fc.Arbitrary<Pack> = fc.tuple(anyObject(anySchema([], 1), "y"), fc.boolean()).map(([more, isList]) => {
  const thing = {
    ...more,
    properties: { ...more.properties, id: { type: "string" } },
    required: [...(more.required ?? []), "id"],
  } as const satisfies Operation["output"];
  return {
    operations: {
      packSearch: {
        ...OPERATION,
        title: "Search",
        input: id,
        output: isList
          ? { ...OBJECT, required: ["found"], properties: { found: { type: "array", items: thing } } }
          : { ...OBJECT, properties: { found: thing } },
        request: { method: "GET", url: "/things", query: { id: { $cel: "input.id" } } },
      },
      packCreate: {
        ...OPERATION,
        title: "Create",
        effect: "create",
        idempotency: { key: "body", name: "requestId" },
        input: id,
        output: thing,
        request: { method: "POST", url: "/things", body: { id: { $cel: "input.id" } }, bodyType: "form" },
        compensate: { operation: "packDelete", with: { id: { $cel: "output.id" } } },
      },
      packDelete: {
        ...OPERATION,
        title: "Delete",
        effect: "delete",
        input: id,
        output: { type: "null" },
        request: { method: "DELETE", url: "/things/{id}", path: { id: { $cel: "input.id" } } },
      },
      packFindOrCreate: {
        ...OPERATION,
        title: "Find or create",
        effect: "create",
        idempotency: "none",
        input: id,
        output: {
          ...OBJECT,
          required: ["item", "created"],
          properties: { item: { type: "object" }, created: { type: "boolean" } },
        },
        searchOrCreate: {
          search: {
            operation: "packSearch",
            with: { id: { $cel: "input.id" } },
            item: { $cel: isList ? "output.found.size() > 0 ? output.found[0] : null" : "output.?found.orValue(null)" },
          },
          create: { operation: "packCreate", with: { id: { $cel: "input.id" } } },
        },
      },
      packMany: {
        ...OPERATION,
        title: "Many",
        effect: "create",
        idempotency: { key: "header", name: "Idempotency-Key" },
        input: { ...OBJECT, required: ["rows"], properties: { rows: { type: "array", items: thing, minItems: 2, maxItems: 5 } } },
        output: { ...OBJECT, required: ["made"], properties: { made: { type: "array", items: { type: "string" } } } },
        request: {
          method: "POST",
          url: "/many",
          body: RENAMED,
        },
        batch: { input: "/rows", max: 2, output: "/made" },
      },
    },
  };
});

const TEXT: Value = { $cel: "input.name" };
const FIELDS: Value = {
  name: { $cel: "input.name" },
  size: { $cel: "input.?size.orValue(null)" },
  tags: { $cel: "input.?tags.orValue(null)" },
};

/** Bodies and answers in other encodings than JSON. */
const encodings: fc.Arbitrary<Pack> = fc
  .tuple(
    fc.constantFrom<NonNullable<Operation["request"]>["bodyType"]>("form", "multipart", "xml", "text", "json"),
    fc.constantFrom<readonly [NonNullable<Operation["request"]>["decode"], Operation["output"]]>(
      ["text", { type: "string", maxLength: 30 }],
      [
        "jsonl",
        {
          type: "array",
          items: { type: "object", required: ["a"], properties: { a: { type: "integer" }, b: { type: "boolean" } } },
        },
      ],
      [["gzip", "jsonl"], { type: "array", items: { type: "integer" } }],
      [
        "csv",
        {
          type: "array",
          items: {
            type: "object",
            required: ["a", "b c"],
            additionalProperties: false,
            properties: { a: { type: "string" }, "b c": { type: "string", maxLength: 9 } },
          },
        },
      ],
      [
        "xml",
        {
          type: "object",
          required: ["a"],
          additionalProperties: false,
          properties: { a: { type: "integer" }, list: { type: "array", items: { type: "string", pattern: "^[a-z]+$" } } },
        },
      ],
      [
        "sse",
        {
          type: "array",
          minItems: 1,
          items: { type: "object", required: ["data"], properties: { data: { type: "string", pattern: "^[a-z ]*[a-z]$" } } },
        },
      ],
      ["binary", { type: "string", pattern: "^(?:[A-Za-z0-9+/]{4}){2,9}$" }],
      ["none", { type: "null" }],
    ),
  )
  .map(([bodyType, [decode, output]]) => ({
    operations: {
      packEncoded: {
        ...OPERATION,
        title: "Encoded",
        effect: "execute",
        idempotency: "none",
        input: {
          ...OBJECT,
          required: ["name"],
          properties: {
            name: { type: "string", pattern: "^[a-z]{1,9}$" },
            size: { type: "integer" },
            tags: { type: "array", items: { type: "string", pattern: "^[a-z]+$" }, minItems: 1 },
          },
        },
        output,
        request: {
          method: "POST",
          url: "/encoded",
          ...(bodyType === undefined ? {} : { bodyType }),
          ...(bodyType === "xml" ? { xml: { root: "thing" } } : {}),
          body: bodyType === "text" ? TEXT : FIELDS,
          ...(decode === undefined ? {} : { decode }),
        },
      },
    },
  }));

/** Parameters in styles of their own. */
const styles: fc.Arbitrary<Pack> = fc
  .tuple(
    fc.constantFrom("spaceDelimited" as const, "pipeDelimited" as const, "form" as const),
    fc.boolean(),
    fc.constantFrom("label" as const, "matrix" as const, "simple" as const),
  )
  .map(([style, explode, pathStyle]) => ({
    operations: {
      packStyled: {
        ...OPERATION,
        title: "Styled",
        input: {
          ...OBJECT,
          required: ["key", "list"],
          properties: {
            key: { type: "array", minItems: 1, items: { type: "string", pattern: "^[a-z]+$" } },
            list: { type: "array", minItems: 1, items: { type: "integer" } },
            deep: { ...OBJECT, properties: { a: { type: "integer" }, b: { ...OBJECT, properties: { c: { type: "boolean" } } } } },
            whole: { type: "object" },
          },
        },
        output: { type: "object", properties: { ok: { type: "boolean" } } },
        request: {
          method: "GET",
          url: "/styled/{key}",
          path: { key: { $cel: "input.key" } },
          query: {
            list: { $cel: "input.list" },
            deep: { $cel: "input.?deep.orValue(null)" },
            whole: { $cel: "input.?whole.orValue(null)" },
          },
          styles: {
            path: { key: { style: pathStyle } },
            query: { list: { style, explode }, deep: { style: "deepObject" }, whole: { contentType: "application/json" } },
          },
        },
      },
    },
  }));

/** Some packs, each of them once at most. */
export const anyPacks: fc.Arbitrary<readonly Pack[]> = fc
  .tuple(...[jobs, lists, writes, encodings, styles].map((pack) => fc.option(pack, { freq: 2 })))
  .map((packs) => packs.filter((pack) => pack !== null));
