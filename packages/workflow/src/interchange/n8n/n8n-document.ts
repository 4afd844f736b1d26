import { MortiseError } from "@mortise/contract";
import { asObject, isObject, type Loose, own } from "../../model/loose.ts";

/** One node of an n8n workflow, as far as it is read. */
export interface N8nNode {
  readonly name: string;
  /** Without its package, e.g. `httpRequest`. */
  readonly type: string;
  readonly version: number;
  readonly parameters: Loose;
  readonly disabled: boolean;
  readonly notes: string | undefined;
  readonly credentials: readonly string[];
  /** `stopWorkflow`, `continueRegularOutput`, `continueErrorOutput`. */
  readonly onError: string;
  readonly retries: boolean;
}

/** An edge: output number `output` of a node leads to another one. */
export interface N8nEdge {
  readonly from: string;
  readonly output: number;
  readonly to: string;
}

/** An n8n workflow as exported (`{name, nodes, connections}`). */
export interface N8nDocument {
  readonly name: string;
  readonly nodes: readonly N8nNode[];
  readonly edges: readonly N8nEdge[];
}

/** Reads an n8n export. Throws `INVALID_DOCUMENT` for what is none. */
export function readN8n(value: unknown): N8nDocument {
  const root = asObject(value);
  if (!Array.isArray(root.nodes) || !isObject(root.connections))
    throw new MortiseError("INVALID_DOCUMENT", 'This is no workflow of n8n: "nodes" or "connections" is missing.', {
      remedy: "Use the JSON that n8n's Download gives.",
    });
  const nodes = root.nodes.map(asObject).filter(({ name }) => typeof name === "string");
  return {
    name: typeof root.name === "string" && root.name !== "" ? root.name : "Imported workflow",
    nodes: nodes.map(readNode),
    edges: Object.entries(asObject(root.connections)).flatMap(([from, outlets]) => edgesOf(from, own(asObject(outlets), "main"))),
  };
}

function readNode(node: Loose): N8nNode {
  const { name, type, typeVersion, parameters, disabled, notes, credentials, continueOnFail, onError, retryOnFail } = node;
  return {
    name: String(name),
    type: String(type).replace(/^.*\./, ""),
    version: typeof typeVersion === "number" ? typeVersion : 1,
    parameters: asObject(parameters),
    disabled: disabled === true,
    notes: typeof notes === "string" && notes !== "" ? notes : undefined,
    credentials: Object.keys(asObject(credentials)),
    onError: typeof onError === "string" ? onError : continueOnFail === true ? "continueRegularOutput" : "stopWorkflow",
    retries: retryOnFail === true,
  };
}

function edgesOf(from: string, outputs: unknown): readonly N8nEdge[] {
  if (!Array.isArray(outputs)) return [];
  return outputs.flatMap((targets, output) =>
    (Array.isArray(targets) ? targets : []).flatMap((target) => {
      const to = asObject(target).node;
      return typeof to === "string" ? [{ from, output, to }] : [];
    }),
  );
}
