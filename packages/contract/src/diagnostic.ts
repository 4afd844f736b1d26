import type { Json } from "./json.ts";

/** How much a diagnostic weighs: an `error` blocks loading and running, a `warning` and an `info` do not. */
export type Severity = "error" | "warning" | "info";

/**
 * One problem that is known before run time.
 *
 * A check returns a list of these, never the first throw: a document with three faults yields three.
 */
export interface Diagnostic {
  /** Stable code from the error catalogue, e.g. `UNKNOWN_KEY`. */
  readonly code: string;
  readonly severity: Severity;
  /** JSON pointer (RFC 6901) to the place in the document; `""` is the whole document. */
  readonly path: string;
  /** Line in the text, counted from 1; absent where the document has no text. */
  readonly line?: number;
  /** Names the thing, what was found, what was expected. */
  readonly message: string;
  /** What to do next; with `patch`, a tool can do it. */
  readonly fix?: Fix;
  /** File name, where a check covers several files. */
  readonly file?: string;
  /** Id of the check that found it, e.g. `MC013`; its page is `docs/checks/MC013.md`. */
  readonly check?: string;
  /** It does not block loading, but the certificate. */
  readonly blocks?: "certification";
}

/** A repair that a person can read and, where `patch` is present, a tool can apply. */
export interface Fix {
  readonly title: string;
  /** JSON Patch operations (RFC 6902) relative to the checked document. */
  readonly patch?: readonly PatchOperation[];
}

/** The JSON Patch operations that fixes use (RFC 6902, section 4). */
export type PatchOperation =
  | { readonly op: "add" | "replace"; readonly path: string; readonly value: Json }
  | { readonly op: "remove"; readonly path: string }
  | { readonly op: "move"; readonly from: string; readonly path: string };
