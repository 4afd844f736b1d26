import type { Value } from "./value.ts";

/** What one version changed, newest first in `changelog`. */
export interface ChangelogEntry {
  readonly version: string;
  /** ISO 8601 calendar date. */
  readonly date: string;
  readonly changes: readonly string[];
}

/**
 * How something made for `from` (a major version) works with `to`, the next one. Every entry is data: no code. Steps are chained, one
 * major at a time, and a value that does not fit afterwards is an error, never guessed.
 */
export interface Migration {
  readonly from: number;
  readonly to: number;
  /** New settings, from `settings` (old). Absent: unchanged. */
  readonly settings?: Value;
  /** New id of an auth scheme, by its old one. Absent ones are unchanged. */
  readonly auth?: { readonly [old: string]: string };
  /** By old name. Absent ones are unchanged. */
  readonly operations?: { readonly [old: string]: OperationMigration };
  readonly triggers?: { readonly [old: string]: OperationMigration };
}

export interface OperationMigration {
  /** New name. Absent: the same. */
  readonly operation?: string;
  /** New input, from `input` (old). Absent: unchanged. */
  readonly input?: Value;
  /** Old output, from `output` (new): the shim behind which an old workflow runs on. Absent: unchanged. */
  readonly output?: Value;
  /** It is gone and nothing takes its place: what to do. Excludes the others. */
  readonly removed?: string;
}

/** A finding that someone answers for, until a day. */
export interface Waiver {
  /** Id of the check or of the change, e.g. `MC030` or `output-field-removed`. */
  readonly check: string;
  /** JSON pointer that the finding is at or below. Absent: anywhere. */
  readonly path?: string;
  readonly reason: string;
  readonly owner: string;
  /** Last day it holds, ISO 8601 calendar date. */
  readonly expires: string;
}
