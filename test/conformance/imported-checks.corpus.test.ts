// Pins: an import that its own checks refuse, and a check that takes too long on the largest documents that vendors publish.
import { existsSync, readFileSync } from "node:fs";
import { lintConnector } from "@mortise/certify";
import { importOpenApi } from "@mortise/openapi";
import { describe, expect, test } from "vitest";
import { corpusFile, readDocument } from "./corpus.ts";

interface Listed {
  readonly name: string;
  readonly files: readonly { readonly file: string }[];
}

/** Files that lie beside documents and are none. */
const BESIDE = /apiProperties|arazzo|\/common\/|manifest/;

const listed = JSON.parse(readFileSync(corpusFile("manifest.json"), "utf8")) as readonly Listed[];
const documents = listed.map(
  ({ name, files }) => [name, files.map(({ file }) => file).filter((file) => !BESIDE.test(file))] as const,
);

describe("every import of the corpus passes every check with no error", () => {
  test.each(documents)(
    "%s, within five seconds of computing",
    (_, files) => {
      for (const path of files) {
        const file = corpusFile(path);
        const readFile = (other: string) => (existsSync(other) ? readFileSync(other, "utf8") : undefined);
        const { contract } = importOpenApi({ text: readDocument(file), file, readFile });
        if (contract === undefined) continue;
        const text = JSON.stringify(contract, null, 2);
        const before = process.cpuUsage();
        const { diagnostics, checks } = lintConnector({ contract: JSON.parse(text), text, today: "2026-06-01" });
        const { user } = process.cpuUsage(before);
        const errors = diagnostics.filter(({ severity }) => severity === "error");
        expect(errors.slice(0, 5).map(({ check, path: place, message }) => `${path}: ${check} ${place} ${message}`)).toEqual([]);
        expect(checks).toHaveLength(44);
        expect(user / 1_000_000, path).toBeLessThan(5);
      }
    },
    60_000,
  );
});
