import type { Facet } from "../change-catalogue.ts";
import type { Located } from "./located.ts";
import type { SchemaNode } from "./schema-node.ts";

/** One difference between two schemas. */
export interface SchemaDifference {
  readonly facet: Facet;
  /** JSON pointer to the place, in the contract that `in` names. */
  readonly path: string;
  readonly in: "before" | "after";
  /** What was there, and what is there now. */
  readonly message: string;
}

/** Two schemas as they are being compared, at one place. */
export interface Comparison {
  readonly a: SchemaNode;
  readonly b: SchemaNode;
  readonly from: Located;
  readonly to: Located;
  /** Reports a difference at this place. */
  readonly say: (facet: Facet, message: string, side?: "before" | "after") => void;
  readonly report: (found: SchemaDifference) => void;
  /** Compares two places below. */
  readonly compare: (was: Located, is: Located) => void;
  /** Compares two alternatives. */
  readonly compareChoice: (was: Located, is: Located) => void;
  /** Whether every value of the first is one of the second, as far as can be proven; `unknown` where they are too large to tell. */
  readonly isWithin: (inner: Located, outer: Located, unknown?: boolean) => boolean;
}
