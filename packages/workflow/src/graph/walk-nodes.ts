import { joinPointer } from "@mortise/contract";
import { asObject, type Loose, own } from "../model/loose.ts";
import { coreNode } from "../nodes/core-nodes.ts";

/** One node and where it stands. */
export interface PlacedNode {
  readonly name: string;
  readonly node: Loose;
  readonly pointer: string;
  /** Pointer of the node set it is in. */
  readonly set: string;
  /** Containers around it, outermost first. */
  readonly parents: readonly string[];
}

/** Keys of `with` that hold node sets, for a node of this kind; those that are there. */
export function slotsOf(node: Loose): readonly string[] {
  const params = asObject(own(node, "with"));
  const properties = asObject(coreNode(own(node, "use"))?.spec.params.properties);
  return Object.keys(properties).filter((key) => "x-node-set" in asObject(properties[key]) && Object.hasOwn(params, key));
}

/** Every node of a document, containers before what is inside of them. Never throws. */
export function walkNodes(nodes: unknown, set = "/nodes", parents: readonly string[] = []): readonly PlacedNode[] {
  return Object.entries(asObject(nodes)).flatMap(([name, value]) => {
    const node = asObject(value);
    const pointer = set + joinPointer(name);
    const params = asObject(own(node, "with"));
    const inside = slotsOf(node).flatMap((slot) =>
      walkNodes(params[slot], pointer + joinPointer("with", slot), [...parents, name]),
    );
    return [{ name, node, pointer, set, parents }, ...inside];
  });
}
