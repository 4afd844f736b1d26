import type { CatalogueEntry, Category, Who } from "@mortise/contract";
import { page } from "./page.ts";

const WHO: { readonly [who in Who]: string } = {
  author: "the connector's author",
  builder: "whoever builds the workflow",
  owner: "the owner of the connection",
  operator: "whoever runs Mortise",
  vendor: "the other system's vendor",
  mortise: "Mortise",
};

const CATEGORY: { readonly [category in Category]: string } = {
  config: "Something is set up wrong. It stays wrong until somebody changes it.",
  credential: "The other system refuses the credential. Calls of the connection stop until it is renewed.",
  poison: "This one item cannot succeed, others can. It belongs into a dead letter.",
  transient: "The other system or the way to it has trouble. The same call may succeed later.",
  bug: "Mortise or a connector is wrong.",
};

/** `docs/errors.md`: every code of the catalogue, under an anchor of its own. */
export function errorsPage(catalogue: { readonly [code: string]: CatalogueEntry }): string {
  const codes = Object.entries(catalogue).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const categories = Object.entries(CATEGORY).map(([name, text]) => `- **${name}**: ${text}`);
  return page("Errors", [
    "Every error and every diagnostic has one of these codes. A code never changes its meaning; a retired one stays listed.",
    categories.join("\n"),
    ...codes.map(([code, entry]) => section(code, entry)),
  ]);
}

function section(code: string, { category, who, retryable, meaning, remedy, ...rest }: CatalogueEntry): string {
  const facts = [
    "retired" in rest ? "Retired: not emitted any more" : "",
    `Category: ${category}`,
    `acts: ${WHO[who]}`,
    retryable ? "the same call may succeed later" : "repeating it changes nothing",
  ];
  return [
    `## <a id="${code}"></a>${code}`,
    `${meaning} **${remedy}**`,
    `${facts.filter((fact) => fact !== "").join("; ")}.`,
  ].join("\n\n");
}
