// Pins: a page that no longer says what the code does, and a transformer, rule or node that nobody shows how to use.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rules, transformers } from "@mortise/builders";
import { CATALOGUE } from "@mortise/contract";
import { coreNodes } from "@mortise/workflow";
import { describe, expect, test } from "vitest";
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
