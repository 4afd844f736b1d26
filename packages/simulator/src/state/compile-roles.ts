import type { Contract, FollowUp, Operation } from "@mortise/contract";
import type { Route } from "../compile-route.ts";
import { invertValue } from "../invert-value.ts";
import { valuePath } from "../value-path.ts";
import { type EntityPlace, entityPlace, listPlace } from "./entity-place.ts";

/** What an operation does to the entities of a vendor. */
export type RoleKind = "create" | "read" | "list" | "update" | "delete";

/** What one operation does to which entities. */
export interface Role {
  readonly kind: RoleKind;
  /** Name of what is kept: the path of its collection with `{}` holes, or that of the operation which creates it. */
  readonly resource: string;
  /** Holes of the path that tell the collection, the last of an item's path aside. */
  readonly parents: number;
  /** Path in the input to the key of the entity. Absent: of a list, and where a key is made. */
  readonly keyAt?: readonly string[];
  /** Where the output holds the entity. Absent: it does not. */
  readonly place?: EntityPlace;
  /** Path to the list, of a list. */
  readonly list?: readonly string[];
}

/**
 * Recognises entities: operations whose paths are a collection and its items, those that undo or probe each other, and webhook
 * subscriptions. An operation that belongs with no other has no role, and is answered with samples.
 */
export function compileRoles(contract: Contract, routes: readonly Route[]): ReadonlyMap<string, Role> {
  const found = new Map<string, Role>();
  const keys = keyNames(contract, routes);
  for (const route of routes) {
    const operation = contract.operations[route.operation];
    const role = operation === undefined ? undefined : roleByPath(contract, operation, route, keys);
    if (role !== undefined) found.set(route.operation, role);
  }
  const linked = new Map([...found, ...links(contract, found)]);
  const counts = new Map<string, number>();
  for (const { resource } of linked.values()) counts.set(resource, (counts.get(resource) ?? 0) + 1);
  return new Map([...linked].filter(([, { resource }]) => (counts.get(resource) ?? 0) > 1));
}

const ITEM = /^(.*)\/\{\}(?:\.[a-z]+)?$/;

/** How the input of an item's operations calls the key, by the path of its collection. */
function keyNames({ operations }: Contract, routes: readonly Route[]): ReadonlyMap<string, string> {
  const names = routes.flatMap(({ operation, template = "", holes }): readonly (readonly [string, string])[] => {
    const resource = ITEM.exec(template)?.[1];
    const own = operations[operation];
    const name = own === undefined ? undefined : inputOf(own, holes.at(-1))?.at(-1);
    return resource === undefined || name === undefined ? [] : [[resource, name]];
  });
  return new Map(names);
}

function roleByPath(
  contract: Contract,
  operation: Operation,
  { template, method, holes }: Route,
  keys: ReadonlyMap<string, string>,
): Role | undefined {
  if (template === undefined || operation.wait !== undefined || operation.partition !== undefined) return undefined;
  const { effect } = operation;
  const [, ofItem] = ITEM.exec(template) ?? [];
  if (ofItem !== undefined) {
    const keyAt = inputOf(operation, holes.at(-1));
    const kind = kindOfItem(effect, method);
    if (kind === undefined || keyAt === undefined) return undefined;
    const place = entityPlace(contract, operation, undefined, keyAt.at(-1));
    if (kind === "read" && place === undefined) return undefined;
    return { kind, resource: ofItem, parents: holes.length - 1, keyAt, ...(place === undefined ? {} : { place }) };
  }
  const resource = template.replace(/\.[a-z]+$|\/$/, "");
  if (effect === "create" && method === "POST") {
    const place = entityPlace(contract, operation, undefined, keys.get(resource));
    return place === undefined ? undefined : { kind: "create", resource, parents: holes.length, place };
  }
  if (effect !== "read" || method !== "GET") return undefined;
  const list = listPlace(contract, operation);
  const place = list === undefined ? undefined : entityPlace(contract, operation, list, keys.get(resource));
  return list === undefined || place === undefined ? undefined : { kind: "list", resource, parents: holes.length, place, list };
}

function kindOfItem(effect: Operation["effect"], method: string): RoleKind | undefined {
  if (effect === "read" && method === "GET") return "read";
  if (effect === "delete") return "delete";
  const isWrite = method === "PUT" || method === "PATCH" || method === "POST";
  return isWrite && (effect === "update" || (effect === "create" && method === "PUT")) ? "update" : undefined;
}

/** Path in the input that fills a hole. */
function inputOf({ request }: Operation, hole: Route["holes"][number] | undefined): readonly string[] | undefined {
  if (hole === undefined) return undefined;
  if ("source" in hole) {
    const place = valuePath(hole.source);
    return place?.root === "input" && place.path.length > 0 ? place.path : undefined;
  }
  const value = request?.path?.[hole.name];
  if (value === undefined) return undefined;
  const [read, ...others] = invertValue(value).reads;
  return read?.root === "input" && others.length === 0 && read.path.length > 0 ? read.path : undefined;
}

/** Roles of operations that no path tells, by the operations which name them. */
function links(contract: Contract, known: ReadonlyMap<string, Role>): readonly (readonly [string, Role])[] {
  const { operations, triggers = {} } = contract;
  const pairs = [
    ...Object.entries(operations).flatMap(([name, { compensate, effect }]) =>
      compensate === undefined || effect !== "create" ? [] : [[name, compensate, "output"] as const],
    ),
    ...Object.values(triggers).flatMap((trigger) =>
      trigger.kind !== "webhook" || trigger.subscribe === undefined || trigger.unsubscribe === undefined
        ? []
        : [[trigger.subscribe.operation, trigger.unsubscribe, "subscription"] as const],
    ),
  ];
  return pairs.flatMap(([creator, undo, root]) => linked(contract, known, creator, undo, root));
}

function linked(
  { operations }: Contract,
  known: ReadonlyMap<string, Role>,
  creator: string,
  undo: FollowUp,
  root: string,
): readonly (readonly [string, Role])[] {
  const making = operations[creator];
  const undoing = operations[undo.operation];
  if (making?.request === undefined || undoing?.request === undefined || undoing.effect !== "delete") return [];
  if (known.has(creator) && known.has(undo.operation)) return [];
  const path = pairOf(undo, root);
  if (path === undefined) return [];
  const before = known.get(creator) ?? known.get(undo.operation);
  const resource = before?.resource ?? creator;
  const parents = before?.parents ?? 0;
  if (parents > 0) return [];
  const { key, keyAt } = path;
  const place = { at: key.slice(0, -1), key: key.at(-1) ?? "id" };
  const roles: (readonly [string, Role])[] = [];
  if (!known.has(creator)) roles.push([creator, { kind: "create", resource, parents, place }]);
  if (!known.has(undo.operation)) roles.push([undo.operation, { kind: "delete", resource, parents, keyAt }]);
  return roles;
}

/** The place of the key in what was created, and in the input of what takes it back. */
function pairOf(
  undo: FollowUp,
  root: string,
): { readonly key: readonly string[]; readonly keyAt: readonly string[] } | undefined {
  if (typeof undo.with !== "object" || undo.with === null || Array.isArray(undo.with)) return undefined;
  for (const [name, value] of Object.entries(undo.with)) {
    const [read, ...others] = invertValue(value).reads;
    if (read?.root === root && others.length === 0 && read.path.length > 0) return { key: read.path, keyAt: [name] };
  }
  return undefined;
}
