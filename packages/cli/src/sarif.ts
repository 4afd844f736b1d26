import { CATALOGUE, type ErrorCode } from "@mortise/contract";
import type { Checked } from "./check-document.ts";
import { version } from "./version.ts";

const LEVELS = { error: "error", warning: "warning", info: "note" } as const;

/** Findings as SARIF 2.1.0 (OASIS), for code hosts and editors. */
export function sarif(checked: readonly Checked[]): object {
  const results = checked.flatMap(({ file, diagnostics }) =>
    diagnostics.map((diagnostic) => ({
      ruleId: diagnostic.code,
      level: LEVELS[diagnostic.severity],
      message: { text: diagnostic.fix ? `${diagnostic.message} Fix: ${diagnostic.fix.title}` : diagnostic.message },
      locations: [
        {
          physicalLocation: { artifactLocation: { uri: diagnostic.file ?? file }, region: { startLine: diagnostic.line ?? 1 } },
          logicalLocations: [{ fullyQualifiedName: diagnostic.path === "" ? "/" : diagnostic.path }],
        },
      ],
    })),
  );
  const rules = [...new Set(results.map(({ ruleId }) => ruleId))].map((id) => ({
    id,
    shortDescription: { text: CATALOGUE[id as ErrorCode]?.meaning ?? id },
    help: { text: CATALOGUE[id as ErrorCode]?.remedy ?? "" },
  }));
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "mortise", version: version(), rules } }, results }],
  };
}
