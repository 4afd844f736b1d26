import type { NodeSet, Trigger, WorkflowNode } from "../../model/document.ts";
import { isObject } from "../../model/loose.ts";
import { celPath, type ImportedStep, type ImportedWorkflow, StepNames, toDoNode } from "../imported-workflow.ts";
import { type N8nDocument, type N8nNode, readN8n } from "./n8n-document.ts";
import type { DataPlaces } from "./n8n-expression.ts";
import { type MappedNode, mapNode, triggerOf } from "./n8n-nodes.ts";

const ONCE =
  "n8n runs a step once for each item that comes in. Here a step runs once; what has to be done for each item of a list stands in a For each.";

/**
 * Makes a workflow of an n8n export. What has no counterpart becomes a step that fails with what is to do, so that no run passes it by.
 * Throws `INVALID_DOCUMENT` for what is no such export. Credentials are not in such an export, and are not asked for.
 */
export function importN8n(value: unknown): ImportedWorkflow {
  const document = readN8n(value);
  return new Importer(document).run();
}

class Importer {
  readonly #document: N8nDocument;
  readonly #names = new StepNames();
  readonly #mapped = new Map<string, MappedNode>();
  readonly #steps: ImportedStep[] = [];
  #triggers: ReadonlySet<string> = new Set();
  #triggerData = "trigger.body";

  constructor(document: N8nDocument) {
    this.#document = document;
  }

  run(): ImportedWorkflow {
    const { name, nodes } = this.#document;
    const trigger = this.#trigger();
    const placed: { [step: string]: WorkflowNode } = {};
    const cyclic = this.#cyclic();
    for (const node of inOrder(this.#document)) {
      if (this.#triggers.has(node.name)) continue;
      const mapped = cyclic.has(node.name) ? loopToDo(node) : mapNode(node, this.#placesAt(node.name));
      if (mapped === undefined) continue;
      this.#mapped.set(node.name, mapped);
      const step = this.#names.of(node.name);
      const edges = cyclic.has(node.name)
        ? this.#before(node.name).filter(({ from }) => !cyclic.has(from))
        : this.#before(node.name);
      placed[step] = this.#placed(node, mapped, edges);
      const toDo = [...mapped.toDo, ...this.#more(node)];
      const isToDo = mapped.node.note?.startsWith("To do:") === true;
      this.#steps.push({
        from: node.name,
        type: node.type,
        node: step,
        outcome: isToDo ? "to-do" : toDo.length > 0 ? "partly" : "mapped",
        toDo,
      });
    }
    const isListed = nodes.some(({ type }) => type !== "stickyNote");
    return {
      workflow: { format: "mortise.workflow/1", name, trigger, nodes: placed as NodeSet },
      steps: this.#steps,
      notes: isListed ? [ONCE] : ["There are no steps in this export."],
    };
  }

  #trigger(): Trigger {
    const found = this.#document.nodes.flatMap((node) => {
      const made = triggerOf(node);
      return made === undefined ? [] : [{ node, ...made }];
    });
    this.#triggers = new Set(found.map(({ node }) => node.name));
    for (const [index, { node, toDo }] of found.entries()) {
      const others = index === 0 ? toDo : ["A workflow has one trigger here: make one of its own for each other."];
      this.#steps.push({ from: node.name, type: node.type, outcome: others.length > 0 ? "partly" : "mapped", toDo: others });
    }
    if (found[0]?.trigger.use === "webhook") this.#triggerData = "trigger";
    return found[0]?.trigger ?? { use: "manual" };
  }

  #placed(
    node: N8nNode,
    { node: made }: MappedNode,
    edges: readonly { readonly from: string; readonly output: number }[],
  ): WorkflowNode {
    const after = [...new Set(edges.filter(({ from }) => !this.#triggers.has(from)).map((edge) => this.#entry(edge)))];
    const notes = [made.note, node.notes].filter((text) => text !== undefined);
    return {
      ...made,
      ...(notes.length > 0 ? { note: notes.join("\n") } : {}),
      ...(after.length > 0 ? { after } : {}),
      // n8n runs a step for whatever arrives; only its Merge waits for all.
      ...(after.length > 1 && node.type !== "merge" ? { join: "any" as const } : {}),
      ...(node.onError.startsWith("continue") ? { onError: "continue" } : {}),
      ...(node.disabled ? { disabled: true } : {}),
    };
  }

  #entry({ from, output }: { readonly from: string; readonly output: number }): string {
    const outlet = this.#mapped.get(from)?.outlets?.[output];
    const step = this.#names.of(from);
    return outlet === undefined ? step : `${step}.${outlet}`;
  }

  #more({ retries, onError }: N8nNode): readonly string[] {
    return [
      ...(retries ? ["Its retries are not taken over: calls are repeated here where that is safe."] : []),
      ...(onError === "continueErrorOutput" ? ["Its way out for errors is to do: see On error."] : []),
    ];
  }

  #before(name: string) {
    return this.#document.edges.filter(({ to }) => to === name);
  }

  #placesAt(name: string): DataPlaces {
    const [first] = this.#before(name);
    return { incoming: first === undefined ? undefined : this.#dataOf(first.from), of: (node) => this.#dataOf(node) };
  }

  /** Where the data that left a node is found. */
  #dataOf(name: string): string | undefined {
    if (this.#triggers.has(name)) return this.#triggerData;
    const mapped = this.#mapped.get(name);
    if (mapped === undefined) return undefined;
    if (mapped.passesThrough) {
      const [first] = this.#before(name);
      return first === undefined ? undefined : this.#dataOf(first.from);
    }
    return celPath(`steps.${this.#names.of(name)}.output`, mapped.data === undefined ? [] : [mapped.data]);
  }

  /** Nodes that lead back to themselves: n8n's loops. */
  #cyclic(): ReadonlySet<string> {
    const next = Map.groupBy(this.#document.edges, ({ from }) => from);
    const reaches = (start: string): boolean => {
      const seen = new Set<string>();
      const open = (next.get(start) ?? []).map(({ to }) => to);
      for (let at = open.pop(); at !== undefined; at = open.pop()) {
        if (at === start) return true;
        if (seen.has(at)) continue;
        seen.add(at);
        open.push(...(next.get(at) ?? []).map(({ to }) => to));
      }
      return false;
    };
    return new Set(this.#document.nodes.map(({ name }) => name).filter(reaches));
  }
}

function loopToDo(node: N8nNode): MappedNode {
  const isSplitter = node.type === "splitInBatches";
  const what = isSplitter
    ? "the loop that begins here: put its steps into a For each over the list"
    : "it is inside of a loop of n8n: put it into the For each that stands for the loop";
  return { node: toDoNode(what), toDo: [`${what[0]?.toUpperCase()}${what.slice(1)}.`] };
}

/** Nodes after those they wait for, as far as there is such an order; otherwise as they stand. */
function inOrder({ nodes, edges }: N8nDocument): readonly N8nNode[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const done = new Set<string>();
  const ordered: N8nNode[] = [];
  const visit = (node: N8nNode, path: ReadonlySet<string>) => {
    if (done.has(node.name) || path.has(node.name)) return;
    for (const { from } of edges.filter(({ to }) => to === node.name)) {
      const before = byName.get(from);
      if (before) visit(before, new Set([...path, node.name]));
    }
    if (done.has(node.name)) return;
    done.add(node.name);
    ordered.push(node);
  };
  for (const node of nodes) if (isObject(node)) visit(node, new Set());
  return ordered;
}
