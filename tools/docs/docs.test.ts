// Pins: a page that no longer says what the code does, and a transformer, rule or node that nobody shows how to use.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules, transformers } from "@mortise/builders";
import { type AuthScheme, CATALOGUE, CONTRACT_SCHEMA } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { coreNodes } from "@mortise/workflow";
import { describe, expect, test } from "vitest";
import { exampleContract } from "./example-contract.ts";
import { GRANT_EXAMPLES, SCHEME_EXAMPLES } from "./examples/auth-schemes.ts";
import { NODE_EXAMPLES } from "./examples/nodes.ts";
import { RULE_EXAMPLES } from "./examples/rules.ts";
import { TRANSFORMER_EXAMPLES } from "./examples/transformers.ts";
import { generatedPages } from "./generated-pages.ts";
import { withExamples } from "./with-examples.ts";

const root = join(import.meta.dirname, "..", "..");
const pages = await generatedPages(root);
const committed = (path: string): string => (existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "");

describe("the generated pages", () => {
  test.each([...pages.keys()])("%s is what the sources make (run: npm run docs)", (path) => {
    expect(committed(path), "run: npm run docs").toBe(pages.get(path));
  });

  test("have an anchor for every error code", () => {
    for (const code of Object.keys(CATALOGUE)) expect(pages.get("docs/errors.md")).toContain(`<a id="${code}"></a>`);
  });

  test("show an example of everything that exists, and of nothing that does not", () => {
    expect(Object.keys(TRANSFORMER_EXAMPLES).toSorted()).toEqual(transformers.map(({ name }) => name).toSorted());
    expect(Object.keys(RULE_EXAMPLES).toSorted()).toEqual(rules.map(({ name }) => name).toSorted());
    expect(Object.keys(NODE_EXAMPLES).toSorted()).toEqual(coreNodes.map(({ spec }) => spec.use).toSorted());
  });

  test("say of every kind of auth scheme what it is, by an example that passes check", () => {
    const kinds = CONTRACT_SCHEMA.properties.auth.additionalProperties.oneOf.map(({ properties }) => properties.kind.const);
    expect(Object.keys(SCHEME_EXAMPLES).toSorted()).toEqual(kinds.toSorted());
    const text = pages.get("docs/auth-schemes.md") ?? "";
    for (const kind of kinds) expect(text).toMatch(new RegExp(`^## ${kind}\\n\\n[A-Z].{10,}\\.\\n\\n`, "m"));
    const common = Object.keys(CONTRACT_SCHEMA.properties.auth.additionalProperties.oneOf[0].properties).filter(
      (key) => key !== "kind",
    );
    for (const key of common) expect(text).toMatch(new RegExp(`^\\| \`${key}\` \\| .{10,} \\|$`, "m"));
    const grants = Object.entries(GRANT_EXAMPLES).map(([grant, keys]) => [
      grant.replaceAll("_", "-"),
      { kind: "oauth2", grant, ...keys } as AuthScheme,
    ]);
    const contract = exampleContract({ ...SCHEME_EXAMPLES, ...Object.fromEntries(grants) });
    expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  test("link to pages that are there", () => {
    for (const [path, text] of pages) {
      for (const [, target] of text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)) {
        const found = join(root, path, "..", target ?? "");
        expect(existsSync(found) || pages.has(join(path, "..", target ?? "")), `${path} links to ${target}`).toBe(true);
      }
    }
  });
});

test("an example that is no longer there is an error, not an empty block", () => {
  expect(() => withExamples("<!-- example: test/examples/gone.ts -->\n<!-- /example -->", root)).toThrow("gone.ts");
});
