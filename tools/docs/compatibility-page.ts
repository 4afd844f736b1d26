import type { ChangeKind } from "@mortise/compat";
import { page } from "./page.ts";

const LEVELS: { readonly [level in ChangeKind["level"]]: string } = {
  major: "A breaking change: something that worked stops working, or does something else. It asks for the next major version.",
  minor: "Something is possible that was not, or is promised more firmly. It asks for the next minor version.",
  patch: "Nobody can notice it. It asks for the next patch version.",
};

/** `docs/compatibility.md`: every change that is told apart, by what it asks of the next version. */
export function compatibilityPage(changes: { readonly [id: string]: ChangeKind }): string {
  return page("Compatibility", [
    "`mortise check PATH --against DIR|NAME@VERSION` compares a contract with a released one. Every difference has one of the ids below; together they tell the version that must follow, and a smaller one is refused. A waiver (`waivers` of the contract) names an id, a place, a reason, an owner and a last day; after it, it counts for nothing. Before 1.0.0 a breaking change asks for the next minor version (Semantic Versioning 2.0.0, item 4).",
    "Values flow into inputs, settings and credentials: these may widen. They flow out of outputs and events: these may narrow.",
    "An auth scheme is compared by what the connections that exist notice. Where they must be made again, lack something, or send a secret to a place that nobody agreed to, that breaks; where only new ones are made in another way, it does not; how requests are signed, written and renewed is between connector and vendor, and nobody's business.",
    "What breaks comes with a migration where one can mend it, as the last column says: an entry of `migrations` for the operation (`input`, `output`, `operation`), or its `settings` or `auth`. A migration is proven with 100 values of each old input and of the settings that must fit the new schemas, and 100 of each new output that must fit the old ones.",
    ...(["major", "minor", "patch"] as const).map((level) => section(level, changes)),
  ]);
}

function section(level: ChangeKind["level"], changes: { readonly [id: string]: ChangeKind }): string {
  const rows = Object.entries(changes)
    .filter(([, kind]) => kind.level === level)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([id, { meaning, remedy, mend }]) =>
        `| <a id="${id}"></a>\`${id}\` | ${meaning} | ${remedy} | ${mend === undefined ? "" : `\`${mend}\``} |`,
    );
  return [
    `## ${level}`,
    LEVELS[level],
    ["| id | what it means | what to do | mended by |", "|---|---|---|---|", ...rows].join("\n"),
  ].join("\n\n");
}
