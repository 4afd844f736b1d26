/**
 * Answers the requests of one operation from what exists at the vendor, and changes that.
 *
 * Owns: how a request means an entity.
 * Does not own: the entities (EntityStore), whether an answer is true to the schema (OutputMaker).
 * Invariants:
 *   P1. What was created is read, listed, changed and deleted under the key that its creation answered.
 *   P2. An answer is given only where the operation's schema accepts it; else the caller falls back to samples.
 */
import {
  type Contract,
  getPointer,
  type Json,
  type JsonObject,
  joinPointer,
  type Operation,
  selfContained,
} from "@mortise/contract";
import { setAt } from "../assign.ts";
import type { Route } from "../compile-route.ts";
import { isList, isObject } from "../invert-value.ts";
import type { OutputMaker, SeenRequest } from "../make-output.ts";
import { refusal } from "../refusal.ts";
import { schemasAt, typesOf } from "../schema-at.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import type { Role } from "./compile-roles.ts";
import { propertiesAt } from "./entity-place.ts";
import { type Entity, type EntityStore, keyText } from "./entity-store.ts";
import { etagOf, failedMatch, notModified } from "./etag.ts";
import { withFreshKey } from "./fresh-key.ts";
import { inputFields } from "./input-fields.ts";
import type { KeyShape } from "./key-shape.ts";
import { isLike, sinceOf } from "./list-filter.ts";
import { type EntityView, renderEntity } from "./render-entity.ts";
import type { Stamp } from "./stamp.ts";

/** What a keeper works with. */
export interface KeeperParts {
  readonly contract: Contract;
  readonly operation: Operation;
  readonly role: Role;
  readonly maker: OutputMaker;
  readonly store: EntityStore;
  readonly seed: string;
  /** What keys the other operations on the entity take. Absent: any. */
  readonly keys?: KeyShape | undefined;
  /** What a creation or a change sets by itself. */
  readonly stamp: Stamp;
  /** Whether what nobody created is made up. */
  readonly makesUp: () => boolean;
  /** Puts the samples into a collection that it begins with. */
  readonly fill: (resource: string, collection: string) => void;
}

/** A request of the operation. */
export interface KeptRequest {
  readonly wire: WireRequest;
  readonly route: Route;
  readonly seen: SeenRequest;
  /** An example's answer whose input is the request's. */
  readonly example: () => SimulatedAnswer | undefined;
}

/** Tries to find a key that is not taken. */
const TRIES = 20;

export class Keeper {
  readonly #parts: KeeperParts;
  readonly #declared: readonly string[];

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    const { contract, operation, role } = parts;
    const root = selfContained(operation.output, contract.schemas);
    this.#declared = role.place === undefined ? [] : propertiesAt(root, this.#path());
  }

  get role(): Role {
    return this.#parts.role;
  }

  /** The collection that a request is about: the resource's path with its holes filled. */
  collectionOf({ wire, route }: Pick<KeptRequest, "wire" | "route">): string {
    const { resource, parents } = this.#parts.role;
    const texts = (route.path.exec(wire.path) ?? []).slice(1, 1 + parents);
    let place = 0;
    return resource.replaceAll("{}", () => texts[place++] ?? "{}");
  }

  /** Whether something was created, changed or removed in the collection of a request. */
  isWritten(request: Pick<KeptRequest, "wire" | "route">): boolean {
    return this.#parts.store.isWritten(this.collectionOf(request));
  }

  /** Undefined: nothing is known that could be answered, so a sample has to do; what the request changes is changed. */
  answer(request: KeptRequest): SimulatedAnswer | undefined {
    const { role, fill, makesUp } = this.#parts;
    const collection = this.collectionOf(request);
    if (makesUp()) fill(role.resource, collection);
    switch (role.kind) {
      case "create":
        return this.#create(collection, request);
      case "read":
        return this.#read(collection, request);
      case "update":
        return this.#update(collection, request);
      case "delete":
        return this.#delete(collection, request);
      case "list":
        return undefined;
    }
  }

  /** What a list has for a request: the entities that it does not filter out. Undefined: samples have to do. */
  entities(request: KeptRequest, skipped: ReadonlySet<string>): readonly Entity[] | undefined {
    const { store, role, fill, makesUp, operation } = this.#parts;
    const collection = this.collectionOf(request);
    if (makesUp()) fill(role.resource, collection);
    const all = store.list(collection);
    if (all.length === 0 && makesUp() && !store.isFilled(collection) && !store.isWritten(collection)) return undefined;
    const wanted = Object.entries(isObject(request.seen.input) ? request.seen.input : {}).filter(
      ([name, value]) => !skipped.has(name) && this.#declared.includes(name) && !isObject(value) && !isList(value),
    );
    const since = sinceOf(operation, request.wire);
    const found = all.filter(({ fields }) => wanted.every(([name, value]) => isLike(fields[name], value)) && since(fields));
    return found.length === 0 && makesUp() && wanted.length > 0 && !store.isWritten(collection) ? undefined : found;
  }

  /** An entity as an item of a list. */
  itemOf(entity: Entity, seen: SeenRequest): Json | undefined {
    const { role, maker, seed } = this.#parts;
    const { place, list = [] } = role;
    if (place === undefined) return undefined;
    let sampled: Json | undefined;
    const sample = (): Json => (sampled ??= firstOf(maker.samples(`${seed} ${role.resource} ${entity.key}`), list));
    const around = (fields: JsonObject): Json => (place.at.length === 0 ? fields : setAt(sample(), place.at, fields));
    const output = (fields: JsonObject): Json => setAt(listOutput(maker, seed, list), list, [around(fields)]);
    const rendered = renderEntity(this.#keyed(entity), {
      declared: this.#declared,
      base: () => objectAt(sample(), place.at),
      fits: (fields) => maker.accepts(maker.answerOf(output(fields)), seen),
    });
    if (rendered === undefined) return undefined;
    return around(rendered);
  }

  #create(collection: string, request: KeptRequest): SimulatedAnswer | undefined {
    const { store, operation, role, maker, seed } = this.#parts;
    const { place } = role;
    if (place === undefined) return undefined;
    const given = inputFields(request.seen.input, this.#declared);
    const own = keyText(given[place.key]);
    if (own !== undefined && operation.identity.length > 0 && store.find(collection, own) !== undefined)
      return refusal(operation, "conflict", `There is one with the ${place.key} ${JSON.stringify(own)} already.`);
    const example = request.example();
    const exampled = example === undefined ? undefined : maker.outputOf(example, request.seen);
    if (example !== undefined && exampled === undefined) return example;
    const shown = keyText(objectAt(exampled, place.at)?.[place.key]);
    if (example !== undefined && shown !== undefined && store.find(collection, shown) === undefined)
      return this.#kept(collection, shown, given, objectAt(exampled, place.at) ?? {}, example);
    const count = store.count(collection);
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      for (const output of maker.samples(`${seed} ${collection} ${count} ${attempt}`)) {
        const base = objectAt(output, place.at);
        const made = base === undefined ? undefined : this.#made(output, base, given, request.seen, attempt, count);
        const key = keyText(made?.[place.key]);
        if (made === undefined || key === undefined) continue;
        if (store.find(collection, key) !== undefined || store.wasRemoved(collection, key)) break;
        return this.#kept(collection, key, given, made, maker.answerOf(placed(output, place.at, made)));
      }
    }
    return undefined;
  }

  /** A new entity: a sample with what the request says. */
  #made(output: Json, base: JsonObject, given: JsonObject, seen: SeenRequest, attempt: number, count: number) {
    const { role, maker, keys, seed } = this.#parts;
    const { place } = role;
    if (place === undefined) return undefined;
    const fits = (fields: JsonObject): boolean => maker.accepts(maker.answerOf(placed(output, place.at, fields)), seen);
    const stamp = Object.fromEntries(Object.entries(this.#parts.stamp()).filter(([name]) => Object.hasOwn(base, name)));
    const start = withFreshKey({
      base: fits({ ...base, ...stamp }) ? { ...base, ...stamp } : base,
      name: place.key,
      keys,
      seed: `${seed} ${role.resource} ${count} ${attempt}`,
      count: count + attempt,
      isTaken: attempt > TRIES / 2,
      fits,
    });
    return renderEntity(given, {
      declared: this.#declared,
      base: () => start,
      fits: (fields) => place.key in fields && fits(fields),
    });
  }

  #kept(collection: string, key: string, given: JsonObject, shown: JsonObject, answer: SimulatedAnswer): SimulatedAnswer {
    const { store } = this.#parts;
    if (!store.put(collection, key, { ...given, ...this.#parts.stamp(), ...shown }, "created")) return FULL;
    return this.#tagged(answer, collection, key);
  }

  #read(collection: string, request: KeptRequest): SimulatedAnswer | undefined {
    const { store, operation, makesUp } = this.#parts;
    const key = this.#keyOf(request);
    if (key === undefined) return undefined;
    const entity = store.find(collection, key);
    if (entity === undefined) return makesUp() && !store.wasRemoved(collection, key) ? undefined : this.#missing(key);
    if (entity.origin === "sample") {
      const example = request.example();
      if (example !== undefined) return example;
    }
    const unchanged = notModified(request.wire.headers["if-none-match"], entity);
    if (unchanged !== undefined && operation.request?.method === "GET") return unchanged;
    return this.#shown(collection, entity, request.seen);
  }

  #update(collection: string, request: KeptRequest): SimulatedAnswer | undefined {
    const { store, makesUp, role, operation } = this.#parts;
    const key = this.#keyOf(request);
    if (key === undefined) return undefined;
    const entity = store.find(collection, key);
    // A PUT makes what is not there (RFC 9110 §9.3.4).
    const isPut = operation.effect === "create" || (operation.request?.method === "PUT" && makesUp());
    const isMissing = entity === undefined && (!makesUp() || store.wasRemoved(collection, key));
    if (isMissing && !isPut) return this.#missing(key);
    const failed = this.#failedMatch(request, entity);
    if (failed !== undefined) return failed;
    const given = inputFields(request.seen.input, this.#declared);
    const { [role.keyAt?.at(-1) ?? ""]: _, ...changes } = given;
    if (!store.put(collection, key, { ...entity?.fields, ...changes, ...this.#parts.stamp() }, "created")) return FULL;
    const changed = store.find(collection, key);
    return role.place === undefined || changed === undefined ? undefined : this.#shown(collection, changed, request.seen);
  }

  #delete(collection: string, request: KeptRequest): SimulatedAnswer | undefined {
    const { store, makesUp, role } = this.#parts;
    const key = this.#keyOf(request);
    if (key === undefined) return undefined;
    const entity = store.find(collection, key);
    if (entity === undefined && (!makesUp() || store.wasRemoved(collection, key))) return this.#missing(key);
    const failed = this.#failedMatch(request, entity);
    if (failed !== undefined) return failed;
    store.remove(collection, key);
    if (entity === undefined || role.place === undefined) return undefined;
    return this.#shown(collection, entity, request.seen);
  }

  /** What is made up for whoever asks is of whatever version they say. */
  #failedMatch({ wire }: KeptRequest, entity: Entity | undefined): SimulatedAnswer | undefined {
    return entity === undefined && this.#parts.makesUp() ? undefined : failedMatch(wire.headers["if-match"], entity);
  }

  /** An entity as the operation's output, with its entity tag. */
  #shown(collection: string, entity: Entity, seen: SeenRequest): SimulatedAnswer | undefined {
    const { role, maker, seed, store } = this.#parts;
    const { place } = role;
    if (place === undefined) return undefined;
    let sampled: Json | undefined;
    const sample = (): Json => (sampled ??= firstOf(maker.samples(`${seed} ${role.resource} ${entity.key}`), undefined));
    const output = (fields: JsonObject): Json => (place.at.length === 0 ? fields : setAt(sample(), place.at, fields));
    const view: EntityView = {
      declared: this.#declared,
      base: () => objectAt(sample(), place.at),
      fits: (fields) => maker.accepts(maker.answerOf(output(fields)), seen),
    };
    const rendered = renderEntity(this.#keyed(entity), view);
    if (rendered === undefined) return undefined;
    store.learn(collection, entity.key, rendered);
    return this.#tagged(maker.answerOf(output(rendered)), collection, entity.key);
  }

  /** The fields of an entity with its key in the type that the operation has for it. */
  #keyed({ fields, key }: Entity): JsonObject {
    const { contract, operation, role } = this.#parts;
    const { place } = role;
    if (place === undefined || fields[place.key] !== undefined) return fields;
    const root = selfContained(operation.output, contract.schemas);
    const types = typesOf(schemasAt(root, [...this.#path(), place.key], root));
    const isNumber = !types.has("string") && (types.has("integer") || types.has("number")) && Number.isFinite(Number(key));
    return { ...fields, [place.key]: isNumber ? Number(key) : key };
  }

  #tagged(answer: SimulatedAnswer, collection: string, key: string): SimulatedAnswer {
    const entity = this.#parts.store.find(collection, key);
    return entity === undefined || answer.headers.etag !== undefined
      ? answer
      : { ...answer, headers: { ...answer.headers, etag: etagOf(entity) } };
  }

  #missing(key: string): SimulatedAnswer {
    return refusal(this.#parts.operation, "notFound", `There is nothing with the key ${JSON.stringify(key)}.`);
  }

  #keyOf({ seen }: KeptRequest): string | undefined {
    const { keyAt } = this.#parts.role;
    return keyAt === undefined ? undefined : keyText(getPointer(seen.input, joinPointer(...keyAt)));
  }

  /** Path of the entity in the output's schema. */
  #path(): readonly string[] {
    const { list, place } = this.#parts.role;
    return [...(list === undefined ? [] : [...list, "0"]), ...(place?.at ?? [])];
  }
}

const FULL: SimulatedAnswer = Object.freeze({
  status: 507,
  headers: { "x-simulator": "full" },
  body: { error: { status: 507, message: "The simulator keeps 10,000 entities in a collection, and 1,000 collections." } },
});

const placed = (output: Json, at: readonly string[], fields: JsonObject): Json =>
  at.length === 0 ? fields : setAt(output, at, fields);

function objectAt(value: Json | undefined, at: readonly string[]): JsonObject | undefined {
  const found = getPointer(value, joinPointer(...at));
  return isObject(found) ? found : undefined;
}

/** The first sample, or the first item of the first list that has one. */
function firstOf(samples: Generator<Json, undefined>, list: readonly string[] | undefined): Json {
  for (const sample of samples) {
    if (list === undefined) return sample;
    const items = getPointer(sample, joinPointer(...list));
    if (isList(items) && items[0] !== undefined) return items[0];
  }
  return {};
}

function listOutput(maker: OutputMaker, seed: string, list: readonly string[]): Json {
  return list.length === 0 ? [] : firstOf(maker.samples(seed), undefined);
}
