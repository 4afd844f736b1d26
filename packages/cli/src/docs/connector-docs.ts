import type { Contract } from "@mortise/contract";
import { apiPages } from "./api-pages.ts";
import { changelogPage } from "./changelog-page.ts";
import { examplesPages } from "./examples-pages.ts";
import { readmePage } from "./readme-page.ts";

/**
 * The documentation of a connector, made from its contract alone: `README.md`, `API.md`, `EXAMPLES.md`, `CHANGELOG.md` by path from the
 * connector's folder; where a page would be over 300 kB, parts of it below `docs/`. The same contract always gives the same bytes.
 *
 * @param guide Markdown that the author wrote beside the contract (`docs.md`); it goes into the README. Absent: none.
 */
export function connectorDocs(contract: Contract, guide = ""): ReadonlyMap<string, string> {
  const api = apiPages(contract);
  return new Map([
    ["README.md", `${readmePage(contract, api, guide)}\n`],
    ...api.pages,
    ...examplesPages(contract),
    ["CHANGELOG.md", `${changelogPage(contract)}\n`],
  ]);
}
