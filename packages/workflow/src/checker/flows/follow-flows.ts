import { type DataClass, type Json, type JsonObject, joinPointer } from "@mortise/contract";
import { asObject } from "../../model/loose.ts";
import { triggerScope } from "../../triggers/trigger-scope.ts";
import { contractOf } from "../catalogue.ts";
import type { DataSink } from "../data-policy.ts";
import type { CheckedCore, Facts } from "../facts.ts";
import { allFlows, type FlowTree, flowsAt, flowTree, joinTrees, movedTo, NO_FLOWS } from "./flow-tree.ts";
import { flowsOfSchema } from "./flows-of-schema.ts";
import { type FlowScope, flowsOfValue } from "./flows-of-value.ts";

/** Data that arrives at a place where it leaves the run. */
export interface FlowSink {
  readonly kind: DataSink;
  /** Connector, its connection's region: of kind `connector`. */
  readonly connector?: string;
  readonly region?: string;
  /** JSON pointer of the value in the document. */
  readonly path: string;
  readonly flows: FlowTree;
}

/**
 * Follows the data of these classes from where it comes in (what started the run, answers of operations) through every value to every
 * place where it goes out. What it says may be too much, never too little: what an expression computes holds all that it reads. Left out
 * are what a yes or no tells of the data behind it, and what another system does with its input.
 */
export function followFlows(facts: Facts, classes: ReadonlySet<DataClass>): readonly FlowSink[] {
  const { trigger } = triggerScope(facts.workflow.trigger);
  const follower = new Follower(facts, classes);
  const vars: Vars = { trigger: flowsOfSchema(trigger, { system: "trigger", place: "trigger", classes }) };
  follower.set("/nodes", vars);
  for (const { value, path } of facts.valuesOf.get(undefined) ?? [])
    follower.sinks.push({ kind: "answer", path, flows: movedTo(follower.value(value, vars), "output") });
  return follower.sinks;
}

type Vars = { readonly [name: string]: FlowTree };

class Follower {
  readonly sinks: FlowSink[] = [];
  readonly #facts: Facts;
  readonly #classes: ReadonlySet<DataClass>;
  /** Of `steps.<node>.output`, by node. */
  readonly #outputs = new Map<string, FlowTree>();

  constructor(facts: Facts, classes: ReadonlySet<DataClass>) {
    this.#facts = facts;
    this.#classes = classes;
  }

  set(pointer: string, vars: Vars): void {
    for (const name of this.#facts.sets.get(pointer)?.order.names ?? []) {
      const core = this.#facts.cores.get(name);
      const output = core ? this.#core(core, vars) : this.#call(name, vars);
      const placed = movedTo(output, `steps.${name}.output`);
      this.#outputs.set(name, placed);
      const path = this.#facts.placed.get(name)?.pointer ?? pointer;
      if (placed !== NO_FLOWS) this.sinks.push({ kind: "history", path, flows: placed });
    }
  }

  value(value: Json, vars: Vars): FlowTree {
    const scope: FlowScope = (root, path) => {
      if (root !== "steps") return Object.hasOwn(vars, root) ? (vars[root] ?? NO_FLOWS) : NO_FLOWS;
      const [name, part, ...rest] = path;
      if (name === undefined || name === "*") return joinTrees([...this.#outputs.values()]);
      const output = this.#outputs.get(name) ?? NO_FLOWS;
      if (part === "output") return flowsAt(output, rest);
      return part === undefined ? flowTree([], [["output", output]]) : NO_FLOWS;
    };
    return flowsOfValue(value, scope);
  }

  #call(name: string, vars: Vars): FlowTree {
    const call = this.#facts.calls.get(name);
    const inputs = (this.#facts.valuesOf.get(name) ?? []).map(({ value, path }) => ({ path, flows: this.value(value, vars) }));
    if (call === undefined) return joinTrees(inputs.map(({ flows }) => flows));
    const connector = contractOf(call.found).name;
    const region = call.connection?.region;
    for (const { path, flows } of inputs) {
      const arrived = movedTo(flows, `${name}.with`);
      this.sinks.push({ kind: "connector", connector, ...(region === undefined ? {} : { region }), path, flows: arrived });
    }
    const place = `steps.${name}.output`;
    return flowsOfSchema(call.found.operation.output, { system: connector, place, classes: this.#classes });
  }

  #core({ graph, core, traits }: CheckedCore, vars: Vars): FlowTree {
    const base = `${graph.pointer}/with`;
    const values = this.#facts.valuesOf.get(graph.name) ?? [];
    const places = core.values(asObject(graph.node.with) as JsonObject);
    const outside = new Map<string, FlowTree>();
    const types = { of: () => true as const };
    const follow = (place: (typeof places)[number], seen: Vars) => {
      const found = values.find((each) => each.path === base + joinPointer(...place.path));
      const where = `${graph.name}.${place.path.join(".")}`;
      if (found) outside.set(place.path.join("."), movedTo(this.value(found.value, seen), where));
    };
    const own = places.filter(({ inside }) => inside === undefined);
    for (const place of own) if (place.sees === undefined) follow(place, vars);
    const before = flowTree([...outside.values()].flatMap(allFlows));
    for (const place of own) {
      const names = Object.keys(place.sees?.(types) ?? {});
      if (place.sees) follow(place, { ...vars, ...Object.fromEntries(names.map((name) => [name, before])) });
    }
    for (const [key, kind] of Object.entries(traits.sinks ?? {})) {
      const flows = outside.get(key);
      if (flows) this.sinks.push({ kind, path: `${base}/${key}`, flows });
    }
    const given = [...outside.values()];
    const items = outside.get("items") ?? NO_FLOWS;
    const element = flowsAt(items, ["*"]);
    const any = flowTree(given.flatMap(allFlows));
    let inner = vars;
    for (const { slot, scope } of core.bodies?.(asObject(graph.node.with) as JsonObject, types) ?? []) {
      const own = Object.keys(scope).map((name) => [
        name,
        name === "item" ? element : name === "batch" ? items : name === "index" ? NO_FLOWS : any,
      ]);
      inner = { ...vars, ...(Object.fromEntries(own) as Vars) };
      this.set(`${base}/${slot}`, inner);
    }
    const inside = new Map<string, FlowTree>();
    for (const place of places.filter((each) => each.inside !== undefined)) {
      const path = base + joinPointer(...place.path);
      const found = values.find((each) => each.path === path);
      if (found) inside.set(place.path.join("."), this.value(found.value, inner));
    }
    return outputOf(core.spec.use, { outside, inside, element, any });
  }
}

interface Parts {
  readonly outside: ReadonlyMap<string, FlowTree>;
  readonly inside: ReadonlyMap<string, FlowTree>;
  readonly element: FlowTree;
  readonly any: FlowTree;
}

/** What comes out of a core node. One that is not named here may give out all that it was given. */
function outputOf(use: string, { outside, inside, element, any }: Parts): FlowTree {
  switch (use) {
    case "core/map":
      return outside.get("value") ?? NO_FLOWS;
    case "core/branch":
    case "core/wait":
    case "core/fail":
    case "core/try":
      return NO_FLOWS;
    case "core/for-each":
      return flowTree([], [["results", flowTree([], [["*", inside.get("collect") ?? NO_FLOWS]])]]);
    case "core/validate": {
      const rejected = flowTree(
        [],
        [
          ["row", element],
          ["reasons", flowTree(allFlows(element))],
        ],
      );
      return flowTree(
        [],
        [
          ["valid", flowTree([], [["*", element]])],
          ["rejected", flowTree([], [["*", rejected]])],
        ],
      );
    }
    default:
      return joinTrees([any, ...[...inside.values()].map((tree) => flowTree(allFlows(tree)))]);
  }
}
