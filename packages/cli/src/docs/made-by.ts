import { inline } from "./prose.ts";

/** How every generated page begins; a page that does not was written by a person. */
const MADE = "<!-- Made from contract.json";

/** Whether a page is one that a contract made, so that making it anew loses nothing. */
export const isMade = (page: string): boolean => page.startsWith(MADE);

/** First lines of a generated page: how to make it anew, and its title. `guided`: what its author wrote in docs.md is in it. */
export function heading(title: string, guided = false): string {
  return `${MADE}${guided ? " and docs.md" : ""} by: mortise docs -->\n\n# ${inline(title)}`;
}
