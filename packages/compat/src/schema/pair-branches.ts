import { canonical } from "./canonical.ts";
import { type Located, resolved } from "./located.ts";
import { nodeOf } from "./schema-node.ts";

/** Which alternative became which. */
export interface PairedBranches {
  readonly pairs: readonly (readonly [Located, Located])[];
  readonly lost: readonly Located[];
  readonly won: readonly Located[];
}

/** Signs that two alternatives are the same one, the surest first. An alternative without a sign gives undefined. */
const SIGNS: readonly ((branch: Located) => string | undefined)[] = [
  ({ schema }) => canonical(schema),
  (branch) => (resolved(branch).path.startsWith("/schemas/") ? resolved(branch).path : undefined),
  (branch) => tagOf(branch),
  ({ schema }) => (typeof schema === "object" ? schema.title : undefined),
  (branch) => [...nodeOf(branch).types].sort().join(),
];

/** Finds which of the old alternatives became which of the new ones. */
export function pairBranches(from: readonly Located[], to: readonly Located[]): PairedBranches {
  const pairs: (readonly [Located, Located])[] = [];
  let lost = from;
  let won = to;
  for (const sign of SIGNS) {
    for (const was of lost) {
      const text = sign(was);
      if (text === undefined) continue;
      const twins = won.filter((is) => sign(is) === text);
      const rivals = lost.filter((other) => sign(other) === text);
      const [is] = twins;
      if (is === undefined || (rivals.length > 1 && sign !== SIGNS[0])) continue;
      pairs.push([was, is]);
      lost = lost.filter((other) => other !== was);
      won = won.filter((other) => other !== is);
    }
  }
  return { pairs, lost, won };
}

/** The key and value that tell an object of a union apart, e.g. `kind=card`. */
function tagOf(branch: Located): string | undefined {
  for (const [key, child] of nodeOf(branch).properties) {
    const { values } = nodeOf(child);
    if (values?.size === 1) return `${key}=${[...values.keys()][0]}`;
  }
  return undefined;
}
