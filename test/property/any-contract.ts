import type {
  Contract,
  HttpRequest,
  JsonSchema,
  JsonSchemaObject,
  Operation,
  OutcomeRule,
  Pagination,
  Value,
} from "@mortise/contract";
import fc from "fast-check";
import { anyAuth } from "./any-auth.ts";
import { anyPacks } from "./any-pack.ts";
import { anyObject, anyScalar, anySchema, anyText } from "./any-schema.ts";

const PLACES = ["path", "query", "headers", "cookies", "body"] as const;

/** Any contract of declarative operations, within the vocabulary. */
export const anyContract: fc.Arbitrary<Contract> = fc
  .uniqueArray(fc.constantFrom("Thing", "other.thing", "third-Thing", "x_1", "Record", "3d"), { maxLength: 4 })
  .chain((names) =>
    fc.record({
      title: anyText,
      description: anyText,
      version: fc.constantFrom("1.0.0", "0.3.1", "12.4.5-beta.1"),
      address: fc.constantFrom<Pick<Contract, "hosts" | "settings">>(
        { hosts: ["api.acme.example"] },
        {
          hosts: ["{settings.region}.acme.example"],
          settings: { type: "object", required: ["region"], properties: { region: { type: "string", enum: ["eu", "us"] } } },
        },
        {
          hosts: ["{settings.site}"],
          settings: {
            type: "object",
            required: ["site"],
            properties: { site: { type: "string", pattern: "^[a-z]+\\.example$" } },
          },
        },
      ),
      auth: fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,6}$/), anyAuth, { maxKeys: 3 }),
      schemas: fc.record(Object.fromEntries(names.map((name) => [name, anyObject(anySchema(names, 2))]))),
      operations: fc.uniqueArray(fc.tuple(fc.stringMatching(/^[a-z][A-Za-z0-9]{0,12}$/), anyOperation(names)), {
        minLength: 1,
        maxLength: 4,
        selector: ([name]) => name.toLowerCase(),
      }),
      packs: anyPacks,
    }),
  )
  .map(({ address, operations, auth, schemas, packs, ...said }) => ({
    format: "mortise.contract/1",
    name: "acme",
    publisher: "acme",
    ...said,
    ...address,
    hosts: [...address.hosts, "data.acme.example"],
    auth,
    budgets: { api: { rate: 10_000, per: "1s", concurrency: 50, scope: "connection" } },
    schemas,
    operations: Object.fromEntries([
      ...operations.map(([name, operation], index) => [name, placed(operation, index)] as const),
      ...packs.flatMap((pack) => Object.entries(pack.operations)),
    ]),
    triggers: Object.fromEntries(packs.flatMap((pack) => Object.entries(pack.triggers ?? {}))),
    changelog: [{ version: said.version, date: "2026-11-01", changes: [said.description] }],
  }));

/** No two operations at one address. */
function placed(operation: Operation, index: number): Operation {
  const { request } = operation;
  if (request === undefined) return operation;
  const url = request.url as string | { readonly $text: string };
  return {
    ...operation,
    request: { ...request, url: typeof url === "string" ? `/v1/part${index}${url}` : { $text: `/v1/part${index}${url.$text}` } },
  };
}

const anyRule: fc.Arbitrary<OutcomeRule> = fc.oneof(
  fc.record({
    when: fc.record({ status: fc.constantFrom<400 | 404 | 409 | "5xx" | "4xx">(400, 404, 409, "5xx", "4xx") }),
    as: fc.constantFrom("invalidInput" as const, "notFound" as const, "conflict" as const, "transient" as const),
    message: anyText,
  }),
  fc.constantFrom<OutcomeRule>(
    { when: { cel: 'has(body.error) && body.error == "no"' }, as: "rejected", messageFrom: "/error" },
    { when: { status: 422 }, as: "invalidInput", messageFrom: "/errors/0/message" },
    { when: { headers: { "X-Problem": "" } }, as: "rejected" },
  ),
);

/** How many inputs go where, with their schemas. */
interface Field {
  readonly place: (typeof PLACES)[number];
  readonly schema: JsonSchemaObject;
  readonly isRequired: boolean;
}

function anyOperation(names: readonly string[]): fc.Arbitrary<Operation> {
  const scalar = fc.record({
    place: fc.constantFrom("path" as const, "query" as const, "headers" as const, "cookies" as const),
    schema: anyScalar.map(wireSafe),
    isRequired: fc.boolean(),
  });
  const list = fc.record({
    place: fc.constant("query" as const),
    schema: anyScalar.map((items): JsonSchemaObject => ({ type: "array", items: wireSafe(items), minItems: 1, maxItems: 3 })),
    isRequired: fc.boolean(),
  });
  const body = fc.record({ place: fc.constant("body" as const), schema: anySchema(names, 2), isRequired: fc.boolean() });
  return fc
    .record({
      title: anyText,
      description: anyText,
      fields: fc.array(
        fc.oneof({ weight: 3, arbitrary: scalar }, { weight: 1, arbitrary: list }, { weight: 2, arbitrary: body }),
        { maxLength: 5 },
      ),
      output: anyOutput(names),
      outcomes: fc.array(anyRule, { maxLength: 3 }),
      shape: fc.constantFrom<"read" | "create" | "update" | "delete">("read", "create", "update", "delete"),
      spelled: fc.constantFrom("template" as const, "text" as const),
      keyed: fc.constantFrom<Operation["idempotency"]>(
        "none",
        { key: "header", name: "Idempotency-Key" },
        { key: "query", name: "request-id" },
      ),
      scopes: fc.subarray(["read", "write"]),
      extras: fc.record(
        {
          deprecated: anyText,
          cache: fc.constant({ ttlMs: 60_000 }),
          retry: fc.constant({ backoff: "constant" as const, initial: "10ms" }),
          serviceLevel: fc.constant({ availability: 0.999, p99Ms: 800 }),
          budget: fc.constant("api"),
          review: fc.constant([{ about: "effect", message: "guessed" }]),
        },
        { requiredKeys: [] },
      ),
    })
    .map(({ fields, output, shape, spelled, keyed, extras, ...said }): Operation => {
      const hasBody = fields.some(({ place }) => place === "body");
      const method = hasBody
        ? shape === "update"
          ? "PUT"
          : "POST"
        : shape === "delete"
          ? "DELETE"
          : shape === "read"
            ? "GET"
            : "POST";
      const effect = hasBody && (shape === "read" || shape === "delete") ? "execute" : shape;
      const { cache, ...others } = extras;
      return {
        ...said,
        ...others,
        ...(effect === "read" && cache !== undefined ? { cache } : {}),
        effect,
        idempotency: effect === "read" || effect === "delete" || method === "PUT" ? "natural" : keyed,
        identity: [],
        examples: [],
        input: inputOf(fields),
        ...output.parts,
        request: { ...requestOf(method, fields, spelled), ...output.request },
      };
    });
}

/** Text that every place of a request can carry: no blanks at its ends, nothing but Latin letters. */
function wireSafe(schema: JsonSchemaObject): JsonSchemaObject {
  if (schema.type === "string" && schema.format === undefined && schema.pattern === undefined)
    return { ...schema, pattern: "^[A-Za-z0-9]+$", minLength: 1 };
  return schema.enum !== undefined && schema.type === undefined ? { ...schema, enum: ["a", "b-c"] } : schema;
}

const nameOf = (index: number, place: string): string => `${place}${index}`;

function inputOf(fields: readonly Field[]): JsonSchemaObject {
  const named = fields.map((field, index) => [nameOf(index, field.place), field] as const);
  return {
    type: "object",
    properties: Object.fromEntries(named.map(([name, { schema }]): [string, JsonSchema] => [name, schema])),
    required: named.flatMap(([name, { isRequired, place }]) => (isRequired || place === "path" ? [name] : [])),
    additionalProperties: false,
  };
}

function requestOf(method: HttpRequest["method"], fields: readonly Field[], spelled: "template" | "text"): HttpRequest {
  const at = (place: Field["place"]): { readonly [name: string]: Value } =>
    Object.fromEntries(
      fields.flatMap((field, index) => {
        const name = nameOf(index, field.place);
        if (field.place !== place) return [];
        return [
          [
            place === "headers" ? `X-${name}` : name,
            { $cel: field.isRequired || place === "path" ? `input.${name}` : `input.?${name}.orValue(null)` },
          ],
        ];
      }),
    );
  const holes = fields.flatMap(({ place }, index) => (place === "path" ? [nameOf(index, place)] : []));
  const parts = Object.fromEntries(
    PLACES.filter((place) => place !== "path").flatMap((place) =>
      Object.keys(at(place)).length === 0 ? [] : [[place, at(place)]],
    ),
  );
  if (spelled === "text")
    return { method, url: { $text: `/things${holes.map((name) => `/\${input.${name}}`).join("")}` }, ...parts };
  return {
    method,
    url: `/things${holes.map((name) => `/{${name}}`).join("")}`,
    ...(holes.length === 0 ? {} : { path: at("path") }),
    ...parts,
  };
}

interface Output {
  readonly parts: Pick<Operation, "output" | "pagination" | "stream">;
  readonly request: Pick<HttpRequest, "output" | "decode">;
}

/** The output as it is, mapped, or a list in pages. */
function anyOutput(names: readonly string[]): fc.Arbitrary<Output> {
  const told = anySchema(names).filter((schema) => Object.keys(schema).length > 0);
  const plain = told.map((output): Output => ({ parts: { output }, request: { decode: "json" } }));
  const mapped = fc.array(anySchema(names, 1), { minLength: 1, maxLength: 3 }).map(
    (fields): Output => ({
      parts: {
        output: {
          type: "object",
          properties: Object.fromEntries(fields.map((schema, index) => [`f${index}`, schema])),
          required: fields.map((_, index) => `f${index}`),
          additionalProperties: false,
        },
      },
      request: {
        output: Object.fromEntries(
          fields.map((_, index) => [`f${index}`, { $cel: `response.body.data.?v${index}.orValue(null)` }]),
        ),
        decode: "json",
      },
    }),
  );
  const paged = fc.tuple(anyObject(anySchema(names, 1)), anyPagination).map(
    ([items, pagination]): Output => ({
      parts: {
        output: {
          type: "object",
          required: ["items"],
          properties: {
            items: { type: "array", items, maxItems: 50 },
            next: { type: ["string", "null"] },
            count: { type: "integer" },
            more: { type: "boolean" },
          },
        },
        pagination,
        stream: { items: "/items", resume: "cursor" },
      },
      request: { decode: "json" },
    }),
  );
  return fc.oneof({ weight: 3, arbitrary: plain }, { weight: 2, arbitrary: mapped }, { weight: 2, arbitrary: paged });
}

const anyPagination: fc.Arbitrary<Pagination> = fc.constantFrom<Pagination>(
  { kind: "cursor", cursor: "/next", param: "after", sizeParam: "size", size: 2 },
  { kind: "cursor", cursor: "X-Next", from: "header", param: "after" },
  { kind: "page", param: "page", sizeParam: "per", size: 3 },
  { kind: "page", param: "page", more: "/more" },
  { kind: "offset", param: "skip", total: "/count" },
  { kind: "link" },
  { kind: "nextUrl", url: "/next" },
);
