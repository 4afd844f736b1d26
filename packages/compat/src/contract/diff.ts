import type { Contract, JsonSchemaObject } from "@mortise/contract";
import type { Change } from "../change.ts";
import { CHANGES, type ChangeId, type Side } from "../change-catalogue.ts";
import { type Compared, compareSchemas } from "../schema/compare-schemas.ts";
import type { Located } from "../schema/located.ts";

/**
 * Two contracts as they are being compared, and the changes found so far.
 *
 * Owns: the list of changes, and which schemas were compared.
 * Does not own: what is compared (the files beside this one), what a change asks of the version.
 * Talks to: the change catalogue, the schema comparison.
 * Invariants:
 *   D1. A schema that operations share is compared once a side, however many operations use it.
 *   D2. A change is there once for its id and its place.
 */
export class Diff {
  readonly before: Contract;
  readonly after: Contract;
  readonly #found = new Map<string, Change>();
  readonly #compared: { readonly [side in Side]: Compared } = {
    input: new WeakMap(),
    output: new WeakMap(),
    setting: new WeakMap(),
    credential: new WeakMap(),
  };

  constructor(before: Contract, after: Contract) {
    this.before = before;
    this.after = after;
  }

  get changes(): readonly Change[] {
    return [...this.#found.values()];
  }

  /** Adds a change. `path` is in the contract after, unless `side` says before. */
  add(id: ChangeId, path: string, message: string, affects: readonly string[], side: "before" | "after" = "after"): void {
    const key = `${id} ${side} ${path}`;
    const known = this.#found.get(key);
    if (known !== undefined) return;
    const { level, remedy } = CHANGES[id];
    const what = place(path);
    this.#found.set(key, { id, level, path, in: side, message: `${what}: ${message}`, fix: { title: remedy }, affects });
  }

  /** Compares two schemas of the contracts, whose values flow as `side` says. */
  schemas(side: Side, before: JsonSchemaObject, after: JsonSchemaObject, path: string, affects: readonly string[]): void {
    const from = located(before, this.before, path);
    const to = located(after, this.after, path);
    compareSchemas(from, to, this.#compared[side], (found) => {
      const users = found.path.startsWith("/schemas/") ? [] : affects;
      const id: ChangeId = `${side}-${found.facet}`;
      this.add(id, found.path, `${found.message}${CHANGES[id].level === "major" ? WHOM[side] : ""}`, users, found.in);
    });
  }
}

/** Whom a breaking change of a schema breaks. */
const WHOM: { readonly [side in Side]: string } = {
  input: "; calls that send what they sent are refused, or do something else",
  output: "; workflows that read it get what they do not expect",
  setting: "; connections that exist do not fit",
  credential: "; credentials that exist do not fit",
};

const NONE = Object.freeze({});

function located(schema: JsonSchemaObject, { schemas = NONE }: Contract, path: string): Located {
  return { schema, root: { schema, path, schemas }, path };
}

/** A JSON pointer as people read places. */
function place(pointer: string): string {
  return pointer === ""
    ? "the contract"
    : pointer
        .slice(1)
        .split("/")
        .map((segment) => segment.replaceAll("~1", "/").replaceAll("~0", "~"))
        .join(".");
}
