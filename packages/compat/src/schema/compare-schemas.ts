import type { Facet } from "../change-catalogue.ts";
import { compareBranches } from "./compare-branches.ts";
import { compareFields } from "./compare-fields.ts";
import { compareNotes } from "./compare-notes.ts";
import { compareTexts } from "./compare-texts.ts";
import { compareTypes, isBare } from "./compare-types.ts";
import { compareBounds, compareValues } from "./compare-values.ts";
import type { Comparison, SchemaDifference } from "./comparison.ts";
import { type Located, resolved } from "./located.ts";
import { nodeOf } from "./schema-node.ts";

/** Pairs that were compared, or are being compared: what is circular ends, and what is shared is compared once. */
export type Compared = WeakMap<object, WeakSet<object>>;

/**
 * Finds what changed between two schemas, place by place, through references, alternatives and circles. It says only what is different;
 * which way values flow decides whom that breaks.
 */
export function compareSchemas(
  before: Located,
  after: Located,
  compared: Compared,
  report: (found: SchemaDifference) => void,
): void {
  walkFrom({ before, after, besideNull: false }, compared, report, () => false);
}

/** Pairs that {@link isWithin} looks at before it gives up. */
const MOST_PAIRS = 2_000;

/** Whether every value of `inner` is one of `outer`, as far as can be proven. `unknown`: the answer where they are too large to tell. */
export function isWithin(inner: Located, outer: Located, unknown = false): boolean {
  let holds = true;
  let pairs = 0;
  const report = ({ facet }: SchemaDifference): void => {
    if (NARROWING.has(facet)) holds = false;
  };
  walkFrom({ before: inner, after: outer, besideNull: true }, new WeakMap(), report, () => !holds || ++pairs > MOST_PAIRS);
  return holds && (pairs <= MOST_PAIRS || unknown);
}

const NARROWING: ReadonlySet<Facet> = new Set<Facet>([
  "field-removed",
  "field-added-required",
  "field-required",
  "field-defaulted",
  "shape-changed",
  "type-changed",
  "type-narrowed",
  "null-removed",
  "enum-value-removed",
  "enum-introduced",
  "bound-tightened",
  "format-added",
  "format-changed",
  "pattern-added",
  "pattern-changed",
  "fields-closed",
  "choice-removed",
  "choice-overlapping",
  "condition-added",
  "condition-changed",
]);

/** Two places that are to be compared. `besideNull`: they are alternatives, and whether null passes was said for all of them together. */
interface Pair {
  readonly before: Located;
  readonly after: Located;
  readonly besideNull: boolean;
}

type Add = (pair: Pair) => void;

/** Compares pair after pair; not by recursion, as schemas that refer to each other go as deep as there are schemas. */
function walkFrom(first: Pair, compared: Compared, report: Comparison["report"], isStopped: () => boolean): void {
  const open: Pair[] = [first];
  for (let pair = open.pop(); pair !== undefined && !isStopped(); pair = open.pop()) {
    comparePair(pair, compared, report, (next) => open.push(next));
  }
}

function comparePair({ before, after, besideNull }: Pair, compared: Compared, report: Comparison["report"], add: Add): void {
  const [from, to] = [resolved(before), resolved(after)];
  const [a, b] = [nodeOf(from), nodeOf(to)];
  const say: Comparison["say"] = (facet, message, side = "after") =>
    report({ facet, path: side === "before" ? from.path : to.path, in: side, message });
  const isLoose = isBare(a) || isBare(b);
  if (!besideNull && !isLoose && a.nullable !== b.nullable) {
    say(b.nullable ? "null-added" : "null-removed", b.nullable ? "could not be null, can now" : "could be null, cannot any more");
  }
  if (isCompared(from, to, compared)) return;
  compareNotes(a, b, say);
  if (!compareTypes(a, b, say) || isLoose) return;
  const comparison: Comparison = {
    a,
    b,
    from,
    to,
    say,
    report,
    compare: (was, is) => add({ before: was, after: is, besideNull: false }),
    compareChoice: (was, is) => add({ before: was, after: is, besideNull: true }),
    isWithin,
  };
  if ((a.branches === undefined) === (b.branches === undefined)) {
    compareValues(comparison);
    compareBounds(comparison);
    compareTexts(comparison);
    compareFields(comparison);
  }
  compareBranches(comparison);
}

function isCompared(from: Located, to: Located, compared: Compared): boolean {
  const [a, b] = [from.schema, to.schema];
  if (typeof a === "boolean" || typeof b === "boolean") return a === b;
  const others = compared.get(a) ?? new WeakSet<object>();
  compared.set(a, others);
  if (others.has(b)) return true;
  others.add(b);
  // The same object may refer to something else in another contract.
  return a === b && from.root.schema === to.root.schema && from.root.schemas === to.root.schemas;
}
