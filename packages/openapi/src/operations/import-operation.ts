import type { Budget, JsonSchemaObject, Operation, ReviewNote } from "@mortise/contract";
import { budgetOf } from "../inference/budgets.ts";
import { effectOf } from "../inference/effect.ts";
import type { ExampleSources } from "../inference/examples.ts";
import { findList } from "../inference/find-list.ts";
import { idempotencyOf } from "../inference/idempotency.ts";
import { identityOf } from "../inference/identity.ts";
import { outcomesOf } from "../inference/outcomes.ts";
import { findPagination, type PageParameter } from "../inference/pagination.ts";
import { fieldsOf } from "../inference/schema-shape.ts";
import type { Requirement } from "../security/requirements.ts";
import type { Address } from "../servers/address.ts";
import type { SourceOperation, SourceParameter } from "../source/source-operation.ts";
import { type Answer, answerOf } from "./answer.ts";
import { buildRequest, unfilledHoles } from "./build-request.ts";
import type { ImportContext } from "./import-context.ts";
import { type InputBody, inputBody } from "./input-body.ts";
import { type InputParameter, inputParameters } from "./input-parameters.ts";
import { titleOf } from "./operation-name.ts";

/** An operation of the contract but for its examples, which wait until every schema is known. */
export interface ImportedOperation {
  readonly operation: Operation;
  readonly examples: ExampleSources;
  readonly parameters: readonly InputParameter[];
  readonly budget: { readonly name: string; readonly budget: Budget } | undefined;
  /** Why it needs code to work in full; undefined where it does not. */
  readonly needsCode: string | undefined;
}

const MAX_TITLE = 120;
const MAX_DESCRIPTION = 4000;

/** Turns one operation of a document into one of a contract. */
export function importOperation(
  source: SourceOperation,
  name: string,
  address: Address,
  requirement: Requirement,
  context: ImportContext,
): ImportedOperation {
  const { schemas, findings } = context;
  const foundBody = source.body === undefined ? undefined : inputBody(source.body, context);
  const reasons = [requirement.needsCode, upgradeReason(source), typeof foundBody === "string" ? foundBody : undefined];
  const body = withoutForbiddenBody(source, typeof foundBody === "string" ? undefined : foundBody, context, reasons);
  const all = inputParameters([...source.parameters, ...implicit(source, context)], body !== undefined, context);
  const { effect, review: effectReview } = effectOf(source);
  const { idempotency, taken } = idempotencyOf(source, effect, all);
  const parameters = all.filter((parameter) => parameter !== taken);
  const answer = answerOf(source.responses, source.method === "HEAD", context);
  const list = effect === "read" ? findList(answer.schema, source.path, schemas) : undefined;
  const pages =
    list && findPagination(pageParameters(parameters, body, context), answer.schema, list, answerHeaders(answer), schemas);
  const budget = budgetOf(source);
  const review = notes({
    effect: effectReview,
    pagination: pages?.review,
    budget: budget?.review,
    scopes:
      requirement.otherScopes.length > 0
        ? `Also enough: ${requirement.otherScopes.map((set) => set.join(" and ")).join(", or ")}.`
        : undefined,
  });
  const operation: Operation = {
    title: clipped(source.summary ?? titleOf(name), MAX_TITLE),
    ...(source.description === undefined ? {} : { description: clipped(source.description, MAX_DESCRIPTION) }),
    effect,
    idempotency,
    scopes: requirement.scopes,
    ...(requirement.auth === undefined ? {} : { auth: requirement.auth }),
    ...(budget === undefined ? {} : { budget: budget.name }),
    input: inputSchema(parameters, body),
    output: answer.schema as JsonSchemaObject,
    identity: identityOf(pages === undefined ? answer.schema : list?.item, schemas),
    request: buildRequest(source, address, parameters, body, answer, findings),
    outcomes: outcomesOf(source.responses, answer.schema, schemas),
    ...(pages === undefined || list === undefined
      ? {}
      : { pagination: pages.pagination, stream: { items: list.pointer, resume: "cursor" } }),
    ...(source.deprecated ? { deprecated: "The vendor says that it is deprecated.", lifecycle: { stage: "deprecated" } } : {}),
    ...(review.length > 0 ? { review } : {}),
    examples: [],
  };
  const needsCode = reasons.find((reason) => reason !== undefined);
  return {
    operation,
    examples: { place: source.place, parameters, body, responses: answer.responses },
    parameters,
    budget,
    needsCode,
  };
}

/** A GET request has no body (RFC 9110 §9.3.1). One that is required, and asks for something, cannot be left out without a loss. */
function withoutForbiddenBody(
  source: SourceOperation,
  body: InputBody | undefined,
  context: ImportContext,
  reasons: (string | undefined)[],
): InputBody | undefined {
  if (body === undefined || !["GET", "HEAD", "TRACE"].includes(source.method)) return body;
  const asks = fieldsOf(body.schema, context.schemas).size > 0;
  if (asks && body.required) reasons.push(`it sends a body with ${source.method}`);
  if (asks)
    context.findings.add(
      "warning",
      "INVALID_VALUE",
      source.body?.place ?? source.place,
      `a ${source.method} request has no body (RFC 9110 §9.3); it was left out`,
    );
  return undefined;
}

/** Holes of the path that no parameter declares are text. */
function implicit(source: SourceOperation, { findings }: ImportContext): readonly SourceParameter[] {
  const names = new Set(source.parameters.filter((parameter) => parameter.in === "path").map(({ name }) => name));
  return unfilledHoles(source.path, names).map((name) => {
    findings.add(
      "warning",
      "MISSING_KEY",
      source.place,
      `the path's "{${name}}" is declared by no parameter; it was read as text`,
    );
    return {
      name,
      in: "path",
      required: true,
      description: undefined,
      deprecated: false,
      place: { ...source.place, value: {} },
      schema: { ...source.place, value: { type: "string" } },
      contentType: undefined,
      style: undefined,
      explode: undefined,
      allowReserved: false,
    };
  });
}

function upgradeReason({ responses }: SourceOperation): string | undefined {
  return responses.some(({ status }) => status === "101") ? "it switches to another protocol (101)" : undefined;
}

function inputSchema(parameters: readonly InputParameter[], body: InputBody | undefined): JsonSchemaObject {
  const required = [
    ...parameters.filter(({ source }) => source.required).map(({ key }) => key),
    ...(body?.required ? ["body"] : []),
  ];
  return {
    type: "object",
    properties: Object.fromEntries([
      ...parameters.map(({ key, schema }) => [key, schema]),
      ...(body === undefined ? [] : [["body", body.schema]]),
    ]),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function pageParameters(
  parameters: readonly InputParameter[],
  body: InputBody | undefined,
  { schemas }: ImportContext,
): readonly PageParameter[] {
  const inQuery = parameters
    .filter(({ source }) => source.in === "query")
    .map(({ source, schema }): PageParameter => ({ name: source.name, in: "query", schema }));
  const isFlat = body?.bodyType === "json" || body?.bodyType === "form";
  const inBody = isFlat
    ? [...fieldsOf(body.schema, schemas)].map(([name, schema]): PageParameter => ({ name, in: "body", schema }))
    : [];
  return [...inQuery, ...inBody];
}

const answerHeaders = ({ responses }: Answer): readonly string[] =>
  responses.flatMap(({ headers }) => headers.map(([name]) => name));

function notes(found: { readonly [about: string]: string | undefined }): readonly ReviewNote[] {
  return Object.entries(found).flatMap(([about, message]) => (message === undefined ? [] : [{ about, message }]));
}

function clipped(text: string, length: number): string {
  const line = length === MAX_TITLE ? text.replaceAll(/\s+/g, " ").replace(/\.$/, "") : text;
  return line.length > length ? `${line.slice(0, length - 1).trimEnd()}…` : line;
}
