import { escapeSegment, type InstantSource, type OutcomeClass, type OutcomeRule } from "@mortise/contract";
import { own } from "../document/loose.ts";
import { isJson } from "../operations/media-kind.ts";
import { ANSWERED } from "../schemas/flavour.ts";
import type { SchemaImporter } from "../schemas/schema-importer.ts";
import type { SourceResponse } from "../source/source-operation.ts";
import { resetForm } from "./budgets.ts";
import { fieldsOf, shapeOf, typesOf } from "./schema-shape.ts";

/** What statuses mean that a document describes (RFC 9110 §15); others are left to the runtime. */
const CLASSES: Readonly<Record<string, OutcomeClass>> = Object.freeze({
  "400": "rejected",
  "401": "credential",
  "402": "rejected",
  "403": "credential",
  "404": "notFound",
  "405": "rejected",
  "406": "rejected",
  "409": "conflict",
  "410": "notFound",
  "412": "conflict",
  "413": "rejected",
  "415": "rejected",
  "422": "invalidInput",
  "423": "throttled",
  "429": "throttled",
  "500": "transient",
  "502": "transient",
  "503": "transient",
  "504": "transient",
});

/** The outcome table: a success that says it is none, and where errors keep their message. */
export function outcomesOf(
  responses: readonly SourceResponse[],
  success: unknown,
  schemas: SchemaImporter,
): readonly OutcomeRule[] {
  const rules = new Map<string, { readonly statuses: number[]; readonly rule: Omit<OutcomeRule, "when"> }>();
  for (const response of responses) {
    const as = CLASSES[response.status];
    if (as === undefined) continue;
    const messageFrom = messagePointer(errorSchema(response, schemas), schemas);
    const retryAfter = as === "throttled" || as === "transient" ? retryHeader(response) : undefined;
    if (messageFrom === undefined && retryAfter === undefined && as !== "invalidInput") continue;
    const rule = {
      as,
      ...(messageFrom === undefined ? {} : { messageFrom }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
    };
    const key = JSON.stringify(rule);
    const known = rules.get(key);
    if (known === undefined) rules.set(key, { statuses: [Number(response.status)], rule });
    else known.statuses.push(Number(response.status));
  }
  const byStatus = [...rules.values()].map(
    ({ statuses, rule }): OutcomeRule => ({ when: { status: statuses.length === 1 ? (statuses[0] ?? 0) : statuses }, ...rule }),
  );
  return [...falseSuccess(success, responses, schemas), ...byStatus];
}

/** `ok: false` inside of a 200. */
function falseSuccess(success: unknown, responses: readonly SourceResponse[], schemas: SchemaImporter): readonly OutcomeRule[] {
  const fields = fieldsOf(success, schemas);
  const flag = ["ok", "success"].find((name) => fields.has(name) && typesOf(fields.get(name), schemas).includes("boolean"));
  if (flag === undefined) return [];
  const onlyTrue = own(shapeOf(fields.get(flag), schemas), "enum") ?? own(shapeOf(fields.get(flag), schemas), "const");
  const others = responses.filter(({ status }) => status === "DEFAULT").map((response) => errorSchema(response, schemas));
  const errors = [success, ...others].flatMap((schema) => messagePointer(schema, schemas) ?? []);
  const says =
    JSON.stringify(onlyTrue) === "[true]" || onlyTrue === true || others.some((schema) => fieldsOf(schema, schemas).has(flag));
  if (!says && errors.length === 0) return [];
  const messageFrom = errors[0];
  return [
    {
      when: { status: "2xx", cel: `has(body.${flag}) && body.${flag} == false` },
      as: "rejected",
      ...(messageFrom === undefined ? {} : { messageFrom }),
    },
  ];
}

function errorSchema({ media }: SourceResponse, schemas: SchemaImporter): unknown {
  const json = media.find(({ type }) => isJson(type) || type === "*/*");
  return json?.schema === undefined ? undefined : schemas.convert(json.schema, ANSWERED);
}

const MESSAGES = [
  "detail",
  "message",
  "error_description",
  "error_message",
  "errorMessage",
  "error_msg",
  "msg",
  "title",
  "description",
  "reason",
  "developerMessage",
  "details",
];
const HOLDERS = ["error", "errors", "errorMessages", "fault", "meta", "status", "problem"];

/** Where the sentence is that a person would read. */
function messagePointer(schema: unknown, schemas: SchemaImporter, depth = 0): string | undefined {
  const shape = shapeOf(schema, schemas);
  if (shape === undefined || depth > 3) return undefined;
  if (isText(shape, schemas)) return depth > 0 ? "" : undefined;
  if (typesOf(shape, schemas).includes("array")) {
    const inner = messagePointer(shape.items, schemas, depth + 1);
    return inner === undefined ? undefined : `/0${inner}`;
  }
  const fields = fieldsOf(shape, schemas);
  const direct = MESSAGES.find((name) => fields.has(name) && isText(fields.get(name), schemas));
  if (direct !== undefined) return `/${escapeSegment(direct)}`;
  for (const name of HOLDERS) {
    const inner = fields.has(name) ? messagePointer(fields.get(name), schemas, depth + 1) : undefined;
    if (inner !== undefined) return `/${escapeSegment(name)}${inner}`;
  }
  return undefined;
}

function isText(schema: unknown, schemas: SchemaImporter): boolean {
  return typesOf(schema, schemas).includes("string");
}

/** The header that says when to come back. */
function retryHeader({ headers }: SourceResponse): InstantSource | undefined {
  const retry = headers.find(([name]) => name.toLowerCase() === "retry-after");
  if (retry !== undefined) return { header: retry[0], as: "auto" };
  const resets = headers.filter(([name]) => /^x-?rate-?limit-?reset/i.test(name));
  const reset = resets.find(([name]) => /after/i.test(name)) ?? resets[0];
  return reset === undefined ? undefined : { header: reset[0], as: resetForm(reset[0], reset[1]).as };
}
