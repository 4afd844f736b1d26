import type { AuthScheme, JsonSchemaObject, Operation } from "@mortise/contract";
import { wordsOf } from "../operations/operation-name.ts";

const ABOUT_ME =
  /^(me|self|whoami|myself|account|profile|viewer|user|session|verify|token|auth|ping|status|info|about|current|test|balance)$/i;
const SURE = /^(me|self|whoami|myself|viewer|ping|balance|about)$/i;

/** Gives every scheme a read operation that needs no input: the one that is most about who is calling. */
export function withTests(
  auth: { readonly [id: string]: AuthScheme },
  operations: ReadonlyMap<string, Operation>,
): { readonly [id: string]: AuthScheme } {
  return Object.fromEntries(
    Object.entries(auth).map(([id, scheme]) => {
      if (scheme.kind === "none") return [id, scheme];
      const candidates = [...operations]
        .filter(([, operation]) => isCandidate(operation, id))
        .map(([name, operation]) => ({ name, score: scoreOf(name, operation) }))
        .toSorted((a, b) => b.score - a.score);
      const best = candidates[0];
      return [id, best === undefined ? scheme : { ...scheme, test: { operation: best.name } }];
    }),
  );
}

function isCandidate({ effect, input, auth, request, deprecated, output, review }: Operation, id: string): boolean {
  const accepts = auth === undefined || auth.includes(id);
  const anonymous = auth?.includes("none") === true;
  const isRead =
    effect === "read" &&
    request?.method === "GET" &&
    deprecated === undefined &&
    review?.some(({ about }) => about === "effect") !== true;
  return (
    accepts &&
    !anonymous &&
    isRead &&
    (input.required ?? []).every((name) => hasDefault(input, name)) &&
    output.contentEncoding === undefined
  );
}

/** A field that is filled in by itself need not be given. */
function hasDefault({ properties }: JsonSchemaObject, name: string): boolean {
  const property = properties?.[name];
  return typeof property === "object" && property.default !== undefined;
}

function scoreOf(name: string, { request, scopes }: Operation): number {
  const words = wordsOf(name);
  const url = request?.url;
  const segments = (typeof url === "object" ? JSON.stringify(url) : String(url)).split(/[/.]/);
  const last = segments.at(-1) ?? "";
  return (
    (SURE.test(last) ? 100 : ABOUT_ME.test(last) ? 60 : 0) +
    (words.some((word) => SURE.test(word)) ? 40 : words.some((word) => ABOUT_ME.test(word)) ? 10 : 0) -
    segments.length * 2 -
    scopes.length * 3 -
    words.length
  );
}
