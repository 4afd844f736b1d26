import type {
  Contract,
  HttpRequest,
  Json,
  JsonObject,
  JsonSchemaObject,
  Operation,
  ParameterStyle,
  Value,
} from "@mortise/contract";
import { selfContained } from "@mortise/contract";
import { assign, removeAt } from "./assign.ts";
import type { Route } from "./compile-route.ts";
import { fitTexts, isFit } from "./fit-texts.ts";
import { type Assignment, type InvertedValue, invertValue, isObject } from "./invert-value.ts";
import type { ValuePath } from "./value-path.ts";
import { valuePath } from "./value-path.ts";
import { decoded, fieldsOf, type WireRequest, wireBody } from "./wire-request.ts";

/** The input that a request was made from, as far as it can be told. */
export interface WireInput {
  readonly input: Json;
  /** The part that a request of a partition is for, likewise. */
  readonly partition: Json;
  /** Places of the input that the request tells; what is elsewhere is not known. */
  readonly known: readonly (readonly string[])[];
  /** What is wrong with the request itself. */
  readonly problem?: string;
}

/** Reads requests of one operation backwards. */
export type InputReader = (request: WireRequest, route: Route) => WireInput;

/** Compiles how the requests of an operation are read. */
export function compileInputReader(contract: Contract, operation: Operation, request: HttpRequest): InputReader {
  const schema = selfContained(operation.input, contract.schemas);
  const path = invertParts(request.path, request.styles?.path);
  const query = invertParts(request.query, request.styles?.query);
  const headers = invertParts(request.headers, request.styles?.headers);
  const cookies = invertParts(request.cookies, request.styles?.cookies);
  const isData =
    request.bodyType === undefined || request.bodyType === "json" || request.bodyType === "form" || request.bodyType === "text";
  const body = request.body === undefined || !isData ? undefined : invertValue(request.body);
  const extra = extraFields(operation);
  const reads = [path, query, headers, cookies, ...(body === undefined ? [] : [body])].flatMap((part) => part.reads);

  return (wire, route) => {
    const holes = holesOf(route, wire.path);
    const content = wireBody(wire);
    const texts = [
      ...holes.assignments,
      ...path.solve(holes.named),
      ...query.solve(fieldsOf(wire.query)),
      ...headers.solve(byName(request.headers, wire.headers)),
      ...cookies.solve(wire.cookies),
    ];
    const data = content.data === undefined ? undefined : extra.reduce((value, field) => removeAt(value, field), content.data);
    const given = body === undefined || data === undefined ? [] : body.solve(data);
    const assignments = [...fitted(texts, schema), ...(content.texts ? fitted(given, schema) : given)];
    const unread = assignments.filter(({ root, path: place, value }) => root === "input" && !isFit(value, place, schema));
    const told = assignments.filter((each) => !unread.includes(each));
    return {
      input: assign(told, "input") ?? {},
      partition: assign(told, "partition") ?? null,
      known: [...reads, ...holes.reads]
        .filter(({ root, path: place }) => root === "input" && !unread.some((each) => isSame(each.path, place)))
        .map((each) => each.path),
      ...(content.problem === undefined ? {} : { problem: content.problem }),
    };
  };
}

/** Parameters whose style can be read back. */
function invertParts(part: Value | undefined, styles: { readonly [name: string]: ParameterStyle } | undefined): InvertedValue {
  if (!isObject(part) || "$cel" in part || "$map" in part) return invertValue(part ?? {});
  const plain = Object.entries(part).filter(([name]) =>
    isReadable(styles !== undefined && Object.hasOwn(styles, name) ? styles[name] : undefined),
  );
  return invertValue(Object.fromEntries(plain));
}

function isReadable(style: ParameterStyle | undefined): boolean {
  return (
    style === undefined ||
    ((style.style === undefined || ["form", "simple", "deepObject"].includes(style.style)) && style.contentType === undefined)
  );
}

function fitted(assignments: readonly Assignment[], schema: JsonSchemaObject): readonly Assignment[] {
  return assignments.map((each) => (each.root === "input" ? { ...each, value: fitTexts(each.value, each.path, schema) } : each));
}

const isSame = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((each, index) => each === b[index]);

function holesOf(route: Route, path: string) {
  const texts = (route.path.exec(path) ?? []).slice(1).map((text) => decoded(text));
  const named: { [name: string]: Json } = {};
  const assignments: Assignment[] = [];
  const reads: ValuePath[] = [];
  for (const [index, hole] of route.holes.entries()) {
    const text = texts[index] ?? "";
    if ("name" in hole) named[hole.name] = text;
    else {
      const place = valuePath(hole.source);
      if (place === undefined) continue;
      reads.push(place);
      assignments.push({ ...place, value: text });
    }
  }
  return { named, assignments, reads };
}

/** Headers under the names that the contract spells them with. */
function byName(spelled: Value | undefined, headers: { readonly [name: string]: string }): JsonObject {
  const names = isObject(spelled) ? Object.keys(spelled) : [];
  return Object.fromEntries(
    names.flatMap((name) => (headers[name.toLowerCase()] === undefined ? [] : [[name, headers[name.toLowerCase()] ?? ""]])),
  );
}

/** Fields of a body that do not come from the input: the idempotency key, the page. */
function extraFields({ idempotency, pagination }: Operation): readonly (readonly string[])[] {
  const key =
    typeof idempotency === "object" && idempotency.key === "body" && typeof idempotency.name === "string"
      ? [idempotency.name]
      : [];
  const pages =
    pagination !== undefined && "param" in pagination && pagination.in === "body" ? [pagination.param, pagination.sizeParam] : [];
  return [...key, ...pages].flatMap((name) =>
    name === undefined ? [] : [name.startsWith("/") ? name.slice(1).split("/") : [name]],
  );
}
