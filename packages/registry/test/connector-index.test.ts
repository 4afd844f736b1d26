// Pins: a start that reads ten thousand contracts, a contract that is not the one that was released, and memory that fills with what nobody uses.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isMortiseError } from "@mortise/contract";
import { afterAll, beforeEach, expect, it } from "vitest";
import { createRegistry, indexConnectors, openConnectorIndex } from "../src/index.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-index-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const index = join(folder, "index.json");

const operation = { title: "Sample", effect: "read", idempotency: "natural", input: {}, output: {} };
const pathOf = (name: string): string => join(folder, `${name}.json`);

function contract(name: string, version = "1.0.0"): string {
  const path = pathOf(`${name}-${version}`);
  writeFileSync(path, JSON.stringify({ name, version, title: name.toUpperCase(), operations: { get: operation } }));
  return path;
}

beforeEach(() =>
  writeFileSync(index, JSON.stringify(indexConnectors(index, [contract("a"), contract("a", "2.0.0"), contract("b")]))),
);

const codeOf = (work: () => unknown): string => {
  try {
    work();
    return "nothing was thrown";
  } catch (error) {
    return isMortiseError(error) ? error.code : String(error);
  }
};

it("knows every connector by name and version without its contract", () => {
  const registry = createRegistry(openConnectorIndex(index));
  for (const name of ["a-1.0.0", "a-2.0.0", "b-1.0.0"]) rmSync(pathOf(name));
  expect(registry.list().map(({ id }) => `${id.name}@${id.version}`)).toEqual(["a@2.0.0", "b@1.0.0"]);
  expect(registry.get("a@1")?.id.version).toBe("1.0.0");
  expect(registry.operation("c/get")).toBeUndefined();
});

it("reads the one contract that is used", () => {
  const registry = createRegistry(openConnectorIndex(index));
  rmSync(pathOf("a-1.0.0"));
  rmSync(pathOf("a-2.0.0"));
  expect(registry.operation("b/get")?.operation.title).toBe("Sample");
  expect(codeOf(() => registry.operation("a/get"))).toBe("UNREADABLE_FILE");
});

it("refuses a contract that is another than was indexed", () => {
  const registry = createRegistry(openConnectorIndex(index));
  writeFileSync(pathOf("b-1.0.0"), readFileSync(pathOf("b-1.0.0"), "utf8").replace("Sample", "Simple"));
  expect(codeOf(() => registry.operation("b/get"))).toBe("INVALID_DOCUMENT");
});

it("keeps as many contracts as it is told to, those that were used last", () => {
  const [first, second, third] = openConnectorIndex(index, { keep: 2 });
  const before = first?.contract;
  expect(first?.contract).toBe(before);
  void second?.contract;
  expect(first?.contract).toBe(before);
  void third?.contract;
  expect(first?.contract).toBe(before);
  const other = second?.contract;
  expect(other).toEqual(second?.contract);
  void first?.contract;
  void third?.contract;
  expect(second?.contract).not.toBe(other);
});

it.each([
  ["{}", "INVALID_DOCUMENT"],
  ["null", "INVALID_DOCUMENT"],
  ["{", "INVALID_JSON"],
  [
    JSON.stringify({ format: "mortise.index/1", contracts: [{ name: "x", version: "1.0.0", file: "../x.json" }] }),
    "INVALID_DOCUMENT",
  ],
])("says what is wrong with an index: %s", (text, code) => {
  writeFileSync(index, text);
  expect(codeOf(() => openConnectorIndex(index))).toBe(code);
});

it("says which index is not there", () => {
  expect(codeOf(() => openConnectorIndex(join(folder, "none.json")))).toBe("UNREADABLE_FILE");
});
