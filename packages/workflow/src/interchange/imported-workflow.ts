import type { Json } from "@mortise/contract";
import type { Workflow, WorkflowNode } from "../model/document.ts";

/** A workflow made of a document of another tool. */
export interface ImportedWorkflow {
  readonly workflow: Workflow;
  /** What became of each step, in the order of the document. */
  readonly steps: readonly ImportedStep[];
  /** What holds for the whole document. */
  readonly notes: readonly string[];
}

/** What became of one step. */
export interface ImportedStep {
  /** Its name in the other document. */
  readonly from: string;
  /** The type it has there. */
  readonly type: string;
  /** Its name in the workflow; absent: it has no counterpart, such as a note. */
  readonly node?: string;
  /** `mapped`: it does the same. `partly`: some of it is to do. `to-do`: nothing of it was taken over. */
  readonly outcome: "mapped" | "partly" | "to-do";
  /** What is to do, and why. */
  readonly toDo: readonly string[];
}

/** A step that nobody took over yet: it fails with what is to do, so that a run never passes it by. */
export function toDoNode(what: string): WorkflowNode {
  return { use: "core/fail", note: `To do: ${what}`, with: { message: `This step was not taken over: ${what}` } };
}

/** Gives names that a workflow can have, each once, as close to those given as they can be. */
export class StepNames {
  readonly #taken = new Set<string>(["stop", "continue"]);
  readonly #names = new Map<string, string>();

  /** The name of a step; the same for the same text. */
  of(text: string): string {
    const known = this.#names.get(text);
    if (known) return known;
    const words =
      text
        .normalize("NFKD")
        .replace(/\p{M}/gu, "")
        .match(/[A-Za-z0-9]+/g) ?? [];
    const camel = words.map((word, i) => (i === 0 ? word[0]?.toLowerCase() : word[0]?.toUpperCase()) + word.slice(1)).join("");
    const base = (/^[A-Za-z]/.test(camel) ? camel : `step${camel}`).slice(0, 60) || "step";
    let name = base;
    for (let n = 2; this.#taken.has(name); n++) name = `${base}${n}`;
    this.#taken.add(name);
    this.#names.set(text, name);
    return name;
  }
}

/** A path into data as CEL: `steps.a.output["b c"][0]`. */
export function celPath(root: string, path: readonly (string | number)[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !RESERVED.has(key) ? `${text}.${key}` : `${text}[${JSON.stringify(key)}]`;
  }, root);
}

/** Words that CEL keeps for itself (CEL language definition, "Syntax"). */
const RESERVED = new Set(
  "as break const continue else false for function if import in let loop namespace null package return true var void while".split(
    " ",
  ),
);

/** A text in pieces as a value: one hole alone keeps its type. */
export function textValue(pieces: readonly (string | { readonly cel: string })[]): Json {
  const [first] = pieces;
  if (pieces.length === 1 && typeof first === "object") return { $cel: first.cel };
  if (pieces.every((piece) => typeof piece === "string")) return pieces.join("");
  const escaped = (text: string) => text.split("${").join("$${");
  return { $text: pieces.map((piece) => (typeof piece === "string" ? escaped(piece) : `\${${piece.cel}}`)).join("") };
}
