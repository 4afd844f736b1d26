import type { Contract, JsonObject, Operation } from "@mortise/contract";
import { compileRoutes, type Route } from "../compile-route.ts";
import { isObject } from "../invert-value.ts";
import type { JobBook } from "../job-book.ts";
import type { OutputMaker } from "../make-output.ts";
import { refusal } from "../refusal.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import { type SimulatedOperation, simulateOperation } from "../simulated-operation.ts";
import { compileRoles, type Role } from "../state/compile-roles.ts";
import { type EntityStore, keyText } from "../state/entity-store.ts";
import type { IdempotentAnswers } from "../state/idempotent-answers.ts";
import { Keeper } from "../state/keeper.ts";
import { type KeyShape, keyShape } from "../state/key-shape.ts";
import { stampOf } from "../state/stamp.ts";
import type { SimulatorClock } from "../time/simulator-clock.ts";
import type { WireRequest } from "../wire-request.ts";

/** What a vendor is made of. */
export interface VendorParts {
  readonly contract: Contract;
  readonly seed: string;
  readonly settings: () => JsonObject;
  readonly signIn: SignIn;
  readonly store: EntityStore;
  readonly idempotent: IdempotentAnswers;
  readonly jobs: JobBook;
  readonly clock: SimulatorClock;
  /** Whether what nobody created is made up. */
  readonly makesUp: () => boolean;
}

/** Whom a request is for: signing in, an operation, or nobody, with what is said then. */
export type Located =
  | { readonly kind: "signIn" }
  | { readonly kind: "nobody"; readonly answer: SimulatedAnswer }
  | { readonly kind: "operation"; readonly name: string; readonly operation: Operation; readonly route: Route };

/** Finds the operation of a request; each is compiled when it is first called. */
export class Vendor {
  readonly #parts: VendorParts;
  readonly #routes: readonly Route[];
  readonly #roles: ReadonlyMap<string, Role>;
  readonly #operations = new Map<string, SimulatedOperation>();
  #changes = 0;

  constructor(parts: VendorParts) {
    this.#parts = parts;
    this.#routes = compileRoutes(parts.contract);
    this.#roles = compileRoles(parts.contract, this.#routes);
  }

  /** What the operations do to what is kept. */
  get roles(): ReadonlyMap<string, Role> {
    return this.#roles;
  }

  locate(request: WireRequest): Located {
    if (this.#parts.signIn.isFor(request)) return { kind: "signIn" };
    const isSelf = /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.host);
    const here = this.#routes.filter(
      ({ host, path }) => (isSelf || host.test(request.host.replace(/:\d+$/, ""))) && path.test(request.path),
    );
    if (here.length === 0)
      return { kind: "nobody", answer: refusal(undefined, "notFound", `No operation has the path ${request.path}.`) };
    const called = here.filter(({ method }) => method === request.method);
    if (called.length === 0) {
      const allow = [...new Set(here.map(({ method }) => method))].join(", ");
      const body = { error: { status: 405, message: `Expected ${allow}.` } };
      return { kind: "nobody", answer: { status: 405, headers: { allow }, body } };
    }
    const route = this.#choose(called, request);
    const name = route.operation;
    return { kind: "operation", name, operation: this.#parts.contract.operations[name] as Operation, route };
  }

  operation(name: string): SimulatedOperation {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const { contract } = this.#parts;
    const operation = contract.operations[name];
    if (operation?.request === undefined) throw new Error(`${name} has no request`);
    const made = simulateOperation(contract, name, operation, operation.request, {
      ...this.#parts,
      keeper: (maker) => this.#keeper(name, operation, maker),
    });
    this.#operations.set(name, made);
    return made;
  }

  gaps(): readonly { readonly operation: string; readonly reason: string }[] {
    return this.#routes.flatMap(({ operation }) => {
      const reason = this.operation(operation).gap();
      return reason === undefined ? [] : [{ operation, reason }];
    });
  }

  /** The closest route; of several operations at one address, the one whose own parameters the request has and whose input it fits. */
  #choose(routes: readonly Route[], request: WireRequest): Route {
    const [first] = routes;
    const equals = routes.filter(({ weight }) => weight === first?.weight);
    if (first === undefined || equals.length === 1) return first as Route;
    const own = equals.filter(({ operation, query }) => {
      const isAsked = [...query].every(([name, value]) => request.query.getAll(name).includes(value));
      return isAsked && this.operation(operation).recognises(request);
    });
    const affinity = new Map(own.map((route) => [route, this.operation(route.operation).affinity(request)]));
    const narrowest = own.toSorted((a, b) => b.query.size - a.query.size || (affinity.get(b) ?? 0) - (affinity.get(a) ?? 0));
    return (
      narrowest.find((route) => this.operation(route.operation).check(request, route) === undefined) ?? narrowest[0] ?? first
    );
  }

  #keeper(name: string, operation: Operation, maker: OutputMaker): Keeper | undefined {
    const role = this.#roles.get(name);
    const { contract, store, seed, makesUp } = this.#parts;
    if (role === undefined) return undefined;
    const fill = (resource: string, collection: string): void => this.#fill(resource, collection);
    const [list] = this.#listOf(role.resource) ?? [];
    const stamp = stampOf(contract.operations[list ?? ""], this.#parts.clock, () => ++this.#changes);
    return new Keeper({ contract, operation, role, maker, store, seed, makesUp, fill, stamp, keys: this.#keysOf(role) });
  }

  /** What keys the operations on one entity of a resource take. */
  #keysOf({ kind, resource }: Role): KeyShape | undefined {
    const { contract } = this.#parts;
    const found = [...this.#roles].find(([, role]) => role.resource === resource && role.keyAt !== undefined);
    const [name = "", { keyAt = [] } = {}] = found ?? [];
    const operation = contract.operations[name];
    return kind !== "create" || operation === undefined ? undefined : keyShape(contract, operation, keyAt);
  }

  #listOf(resource: string): readonly [string, Role] | undefined {
    return [...this.#roles].find(([, role]) => role.kind === "list" && role.resource === resource);
  }

  /** Puts the items into a collection that its list begins with. */
  #fill(resource: string, collection: string): void {
    const { store, seed } = this.#parts;
    if (store.isFilled(collection)) return;
    store.fill(collection);
    const found = this.#listOf(resource);
    if (found === undefined) return;
    const [name, { place }] = found;
    for (const item of this.operation(name).listItems(`${seed} ${collection}`)) {
      const fields = (place?.at ?? []).reduce((value, key) => (isObject(value) ? (value[key] ?? null) : null), item);
      const key = isObject(fields) ? keyText(fields[place?.key ?? ""]) : undefined;
      if (!isObject(fields) || key === undefined || store.find(collection, key) !== undefined) continue;
      if (!store.wasRemoved(collection, key)) store.put(collection, key, fields, "sample");
    }
  }
}
