import { isDeepStrictEqual } from "node:util";
import {
  type Contract,
  type Example,
  getPointer,
  type HttpRequest,
  type Json,
  type JsonObject,
  type Operation,
} from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { checkInput } from "./check-input.ts";
import type { Route } from "./compile-route.ts";
import { isList, isObject } from "./invert-value.ts";
import { compileOutputMaker, type SeenRequest } from "./make-output.ts";
import { endOfPages, makePage, START } from "./make-page.ts";
import { refusal } from "./refusal.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";
import { compileInputReader, type WireInput } from "./wire-input.ts";
import type { WireRequest } from "./wire-request.ts";
import { writeAnswer } from "./write-answer.ts";

/** One declarative operation as its vendor would serve it. */
export interface SimulatedOperation {
  /** Whether a request is one of it, by what the operation always sends. */
  recognises(request: WireRequest): boolean;
  /** How many parameters of a request's query it has. */
  affinity(request: WireRequest): number;
  /** What is wrong with a request; empty: nothing. */
  check(request: WireRequest, route: Route): SimulatedAnswer | undefined;
  answer(request: WireRequest, route: Route): SimulatedAnswer;
  /** Why it cannot be answered; undefined: it can. */
  gap(): string | undefined;
}

/** Compiles an operation. `settings` are those of the simulated connection. */
export function simulateOperation(
  contract: Contract,
  name: string,
  operation: Operation,
  request: HttpRequest,
  { seed, settings, signIn }: { readonly seed: string; readonly settings: () => JsonObject; readonly signIn: SignIn },
): SimulatedOperation {
  const reader = compileInputReader(contract, operation, request);
  const maker = compileOutputMaker(contract, name, operation, settings);
  const literals = literalsOf(request);
  const parameters = new Set(isObject(request.query) ? Object.keys(request.query) : []);
  const isKnown =
    request.query === undefined || (isObject(request.query) && !("$cel" in request.query || "$map" in request.query));
  const paging = ["param", "sizeParam"].map(
    (key) => (operation.pagination as { readonly [key: string]: Json } | undefined)?.[key],
  );
  /** Without what signed the request in, which no link to a next page repeats. */
  const unsigned = (wire: WireRequest, route: Route): WireRequest => {
    const own = new Set([...parameters, ...route.query.keys(), ...paging, START]);
    const kept = [...wire.query].filter(([name]) => own.has(name) || own.has(name.replace(/\[.*$/, "")));
    return isKnown ? { ...wire, query: new URLSearchParams(kept) } : wire;
  };

  const fromExample = ({ response, output }: Example, seen: SeenRequest): SimulatedAnswer | undefined => {
    if (response !== undefined) {
      const { status, headers = {}, body } = response;
      return { status, headers, ...(body === undefined ? {} : { body }) };
    }
    const answer = output === undefined ? undefined : maker.answerOf(output);
    return answer !== undefined && maker.accepts(answer, seen) ? answer : undefined;
  };
  const fitting = (wire: WireInput, examples: readonly Example[]): SimulatedAnswer | undefined => {
    for (const example of examples) {
      if (!agrees(example.input, wire)) continue;
      const answer = fromExample(example, wire);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  const sampled = (seen: SeenRequest, own: string, wire: WireRequest | undefined): SimulatedAnswer | undefined => {
    const page = wire === undefined ? undefined : makePage(operation, maker, seen, own, wire);
    const answer = page ?? maker.make(seen, own);
    return page === undefined && answer !== undefined
      ? endOfPages(operation, answer, (each) => maker.accepts(each, seen))
      : answer;
  };
  const anyExample = (seen: SeenRequest): SimulatedAnswer | undefined => {
    for (const example of operation.examples) {
      const answer = fromExample(example, seen);
      if (answer !== undefined && answer.status < 400) return answer;
    }
    return undefined;
  };
  const withResponse = operation.examples.filter(({ response }) => response !== undefined);

  return {
    recognises: (wire) => literals.every((literal) => literal(wire)),
    affinity: (wire) => [...wire.query.keys()].filter((name) => parameters.has(name)).length,
    check: (wire, route) => {
      const refused = signIn.refusal(operation, wire);
      if (refused !== undefined) return refused;
      const told = reader(wire, route);
      if (told.problem !== undefined) return refusal(operation, "invalidInput", told.problem);
      const faults = checkInput(contract, operation, told);
      return faults.length === 0
        ? undefined
        : refusal(operation, "invalidInput", faults.map(({ message }) => message).join("; "));
    },
    answer: (wire, route) => {
      const told = reader(wire, route);
      const own = `${seed} ${name} ${JSON.stringify([withoutPage(told.input, operation), told.partition])}`;
      const examples = operation.pagination === undefined ? operation.examples : withResponse;
      return (
        fitting(told, examples) ??
        sampled(told, own, unsigned(wire, route)) ??
        anyExample(told) ?? {
          status: 501,
          headers: {},
          body: {
            error: {
              status: 501,
              message: `No answer of ${name} could be made: add an example with a response to the contract.`,
            },
          },
        }
      );
    },
    gap: () => {
      const input = sampleOf(operation.input, {
        seed,
        ...(contract.schemas === undefined ? {} : { definitions: contract.schemas }),
      });
      const seen = { input: input ?? {}, partition: anyPartition(contract, operation, seed) };
      const answer = sampled(seen, `${seed} ${name}`, undefined) ?? anyExample(seen);
      if (answer === undefined) return "its mapping cannot be read backwards, and no example has a response";
      const { body } = answer;
      return body === undefined || writeAnswer(body, request.decode) !== undefined ? undefined : "its encoding cannot be written";
    },
  };
}

/** A part that an operation may be asked for: of a literal list, or an item of the operation whose list it goes through. */
function anyPartition({ operations, schemas }: Contract, { partition }: Operation, seed: string): Json {
  if (partition === undefined) return null;
  if (isList(partition.over)) return partition.over[0] ?? null;
  const parent = operations[partition.parent?.operation ?? ""];
  const output =
    parent === undefined
      ? undefined
      : sampleOf(parent.output, { seed, ...(schemas === undefined ? {} : { definitions: schemas }) });
  const list = getPointer(output, parent?.stream?.items ?? "");
  return isList(list) ? (list[0] ?? null) : "part";
}

/** Whether an example's input is the one of a request, in what the request tells. */
function agrees(input: JsonObject, wire: WireInput): boolean {
  return wire.known.every((path) => isDeepStrictEqual(at(input, path), at(wire.input, path)));
}

/** Null and absence are the same on the wire. */
function at(value: Json, path: readonly string[]): Json {
  return path.reduce<Json>((found, key) => (isObject(found) && Object.hasOwn(found, key) ? (found[key] ?? null) : null), value);
}

/** The input without what differs from page to page. */
function withoutPage(input: Json, { pagination }: Operation): Json {
  if (pagination === undefined || !("param" in pagination) || !isObject(input)) return input;
  const { [pagination.param]: _, [pagination.sizeParam ?? ""]: __, ...rest } = input;
  return rest;
}

type Literal = (wire: WireRequest) => boolean;

/** Parameters and headers that every request of the operation has with the same text. */
function literalsOf({ query, headers }: HttpRequest): readonly Literal[] {
  const entries = (part: Json | undefined) =>
    isObject(part)
      ? Object.entries(part).flatMap(([key, value]) => (isScalar(value) ? [[key, String(value)] as const] : []))
      : [];
  return [
    ...entries(query).map(
      ([name, text]): Literal =>
        (wire) =>
          wire.query.getAll(name).includes(text),
    ),
    ...entries(headers).map(
      ([name, text]): Literal =>
        (wire) =>
          wire.headers[name.toLowerCase()] === text,
    ),
  ];
}

const isScalar = (value: Json): boolean => ["string", "number", "boolean"].includes(typeof value);
