import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rules, transformers } from "@mortise/builders";
import { checks } from "@mortise/certify";
import { CHANGES } from "@mortise/compat";
import { CATALOGUE } from "@mortise/contract";
import { coreNodes } from "@mortise/workflow";
import { workflowChecks } from "@mortise/workflow/checks";
import { authSchemesPage } from "./auth-schemes-page.ts";
import { checksPages } from "./checks-pages.ts";
import { compatibilityPage } from "./compatibility-page.ts";
import { connectorPages } from "./connector-pages.ts";
import { errorsPage } from "./errors-page.ts";
import { expressionsPage } from "./expressions-page.ts";
import { nodesPage } from "./nodes-page.ts";
import { quirksPage } from "./quirks-page.ts";
import { rulesPage } from "./rules-page.ts";
import { telemetryPage } from "./telemetry-page.ts";
import { transformersPage } from "./transformers-page.ts";
import { withExamples } from "./with-examples.ts";
import { workflowChecksPage } from "./workflow-checks-page.ts";

/** Every page that is made from the sources: its path from the root, and its text. */
export async function generatedPages(root: string): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ["README.md", withExamples(readFileSync(join(root, "README.md"), "utf8"), root)],
    ["docs/errors.md", errorsPage(CATALOGUE)],
    ["docs/workflow-checks.md", workflowChecksPage(workflowChecks)],
    ["docs/compatibility.md", compatibilityPage(CHANGES)],
    ["docs/workflow-nodes.md", await nodesPage(coreNodes.map(({ spec }) => spec))],
    ["docs/transformers.md", transformersPage(transformers)],
    ["docs/expressions.md", expressionsPage()],
    ["docs/rules.md", rulesPage(rules)],
    ["docs/telemetry.md", telemetryPage(root)],
    ["docs/auth-schemes.md", await authSchemesPage(root)],
    ["docs/oauth2-quirks.md", quirksPage(root)],
    ...checksPages(checks),
    ...(await connectorPages(root)),
  ]);
}
