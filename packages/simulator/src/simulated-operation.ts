import { isDeepStrictEqual } from "node:util";
import {
  type Contract,
  type Example,
  getPointer,
  type HttpRequest,
  type Json,
  type JsonObject,
  joinPointer,
  type Operation,
} from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { setAt } from "./assign.ts";
import { checkInput } from "./check-input.ts";
import type { Route } from "./compile-route.ts";
import { isList, isObject } from "./invert-value.ts";
import type { JobBook } from "./job-book.ts";
import { compileOutputMaker, type OutputMaker, type SeenRequest } from "./make-output.ts";
import { endOfPages, type ListedItems, makePage, START, sampledItems } from "./make-page.ts";
import { refusal } from "./refusal.ts";
import type { Plan } from "./scenarios/director.ts";
import { falseSuccess } from "./scenarios/false-success.ts";
import type { SignIn } from "./sign-in/sign-in.ts";
import type { SimulatedAnswer } from "./simulated-answer.ts";
import { type IdempotentAnswers, idempotencyKeyOf } from "./state/idempotent-answers.ts";
import type { Keeper } from "./state/keeper.ts";
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
  answer(request: WireRequest, route: Route, plan: Pick<Plan, "page">): SimulatedAnswer;
  /** 200 with an error in it. */
  falseSuccess(request: WireRequest, route: Route): SimulatedAnswer;
  /** The items that its list begins with. */
  listItems(seed: string): readonly Json[];
  /** What the answer of a request makes of the operation's output. Undefined: it is no success. */
  outputOf(request: WireRequest, route: Route, answer: SimulatedAnswer): Json | undefined;
  /** The input that a request was made from, as far as it can be told. */
  inputOf(request: WireRequest, route: Route): Json;
  /** Why it cannot be answered; undefined: it can. */
  gap(): string | undefined;
}

/** What the operations of one simulator share. */
export interface OperationParts {
  readonly seed: string;
  /** Settings of the simulated connection. */
  readonly settings: () => JsonObject;
  readonly signIn: SignIn;
  readonly idempotent: IdempotentAnswers;
  readonly jobs: JobBook;
  /** Keeps what the operation is about. Undefined: nothing is kept of it. */
  readonly keeper: (maker: OutputMaker) => Keeper | undefined;
}

/** Compiles an operation. */
export function simulateOperation(
  contract: Contract,
  name: string,
  operation: Operation,
  request: HttpRequest,
  { seed, settings, signIn, idempotent, jobs, keeper: keeperOf }: OperationParts,
): SimulatedOperation {
  const reader = compileInputReader(contract, operation, request);
  const maker = compileOutputMaker(contract, name, operation, settings);
  const keeper = keeperOf(maker);
  const skipped = pageParameters(operation);
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
  const sampled = (
    seen: SeenRequest,
    own: string,
    wire: WireRequest | undefined,
    fault?: Plan["page"],
  ): SimulatedAnswer | undefined => {
    const page = wire === undefined ? undefined : makePage(operation, maker, { seen, seed: own, wire, fault });
    const state = maker.isPolled && wire !== undefined ? jobs.state(`${name} ${JSON.stringify(seen.input)}`) : "done";
    const answer = page ?? maker.make(seen, own, state);
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
  const sampleSeen = (): SeenRequest => {
    const definitions = contract.schemas === undefined ? {} : { definitions: contract.schemas };
    const input = sampleOf(operation.input, { seed, ...definitions });
    return { input: input ?? {}, partition: anyPartition(contract, operation, seed) };
  };
  /** What is kept of a list, as a page of it or whole. */
  const listed = (wire: WireRequest, route: Route, seen: WireInput, fault: Plan["page"]): SimulatedAnswer | undefined => {
    const entities = keeper?.entities({ wire, route, seen, example: () => undefined }, skipped);
    const list = keeper?.role.list;
    if (keeper === undefined || entities === undefined || list === undefined) return undefined;
    const items: ListedItems = {
      total: entities.length,
      slice: (start, end) => {
        const shown = entities.slice(start, end).map((each) => keeper.itemOf(each, seen));
        return shown.includes(undefined) ? undefined : (shown as readonly Json[]);
      },
    };
    const own = `${seed} ${name}`;
    const page = makePage(operation, maker, { seen, seed: own, wire: unsigned(wire, route), listed: items, fault });
    if (page !== undefined || operation.pagination !== undefined) return page;
    const all = items.slice(0, items.total);
    for (const output of all === undefined ? [] : maker.samples(own)) {
      const answer = maker.answerOf(setAt(output, list, all ?? []));
      if (maker.accepts(answer, seen)) return answer;
    }
    return undefined;
  };
  const withResponse = operation.examples.filter(({ response }) => response !== undefined);

  const answered = (wire: WireRequest, route: Route, told: WireInput, fault: Plan["page"]): SimulatedAnswer => {
    const own = `${seed} ${name} ${JSON.stringify([withoutPage(told.input, operation), told.partition])}`;
    const isAsked = maker.isPolled && jobs.isKept;
    const examples = isAsked ? [] : operation.pagination === undefined ? operation.examples : withResponse;
    const example = (): SimulatedAnswer | undefined => fitting(told, examples);
    const kept = keeper?.answer({ wire, route, seen: told, example });
    if (kept !== undefined) return kept;
    const isWritten = keeper?.role.kind === "list" && keeper.isWritten({ wire, route });
    return (
      (isWritten ? listed(wire, route, told, fault) : undefined) ??
      example() ??
      listed(wire, route, told, fault) ??
      sampled(told, own, unsigned(wire, route), fault) ??
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
  };

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
    answer: (wire, route, { page }) => {
      const told = reader(wire, route);
      const scope = { input: isObject(told.input) ? told.input : {}, settings: settings() };
      // The pages of one call come with one key.
      const isRepeatable = operation.effect === "read" || operation.pagination !== undefined;
      const key = isRepeatable ? undefined : idempotencyKeyOf(operation.idempotency, wire, scope);
      const before = key === undefined ? undefined : idempotent.find(name, key, wire);
      if (before === "other") return refusal(operation, "rejected", "The idempotency key came with another request before.");
      if (before !== undefined) return before;
      const made = answered(wire, route, told, page);
      const { windowMs } = typeof operation.idempotency === "object" ? operation.idempotency : {};
      if (key !== undefined) idempotent.keep(name, key, wire, made, windowMs);
      return made;
    },
    falseSuccess: (wire, route) => {
      const told = reader(wire, route);
      return falseSuccess(operation, maker.make(told, `${seed} ${name}`) ?? { status: 200, headers: {}, body: {} });
    },
    listItems: (own) => {
      const { role } = keeper ?? {};
      if (role?.list === undefined) return [];
      const pointer = joinPointer(...role.list);
      const shown = operation.examples.map(({ output }) => getPointer(output, pointer)).find(isList);
      return shown ?? sampledItems(maker, sampleSeen(), own, pointer)?.items ?? [];
    },
    outputOf: (wire, route, answer) => maker.outputOf(answer, reader(wire, route)),
    inputOf: (wire, route) => reader(wire, route).input,
    gap: () => {
      const seen = sampleSeen();
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

/** Fields of the input that say which page is asked for. */
function pageParameters({ pagination, incremental }: Operation): ReadonlySet<string> {
  const own = pagination !== undefined && "param" in pagination ? [pagination.param, pagination.sizeParam] : [];
  const all = [
    ...own,
    incremental?.param,
    incremental?.until,
    "limit",
    "offset",
    "page",
    "per_page",
    "page_size",
    "cursor",
    "sort",
  ];
  return new Set(all.filter((name) => name !== undefined));
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
