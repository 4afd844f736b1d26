// Pins what holds for contracts of our own and not for those of real documents: a comparison that sees changes where there are none or
// none where there is one, and samples that cannot be made.
import { compareContracts } from "@mortise/compat";
import type { Contract, Json } from "@mortise/contract";
import { brokenSampleOf, sampleOf } from "@mortise/contract/samples";
import { importOpenApi } from "@mortise/openapi";
import { describe, expect, it } from "vitest";
import { corpusFile, readDocument } from "../conformance/corpus.ts";

const DOCUMENTS = ["klaviyo-profiles", "museum-3.1", "netlify-2.0", "paypal-subscriptions", "pp-oneflow-2.0", "qdrant"];

interface ManifestEntry {
  readonly name: string;
  readonly files: readonly { readonly file: string }[];
}

function contractOf(document: string): Contract {
  const manifest = JSON.parse(readDocument(corpusFile("manifest.json"))) as readonly ManifestEntry[];
  const files = manifest.find(({ name }) => name === document)?.files ?? [];
  const file = corpusFile(files.find((each) => /\.(json|ya?ml)$/.test(each.file))?.file ?? document);
  const { contract } = importOpenApi({ text: readDocument(file), file });
  if (contract === undefined) throw new Error(`${document} gives no contract`);
  return contract;
}

/** The contract as read anew, with a field of the first shared object gone, or of the first output where nothing is shared. */
function withoutOneField(contract: Contract): { readonly contract: Contract; readonly path: string } | undefined {
  const copy = JSON.parse(JSON.stringify(contract)) as { schemas?: Record<string, { properties?: Record<string, Json> }> };
  for (const [name, schema] of Object.entries(copy.schemas ?? {})) {
    const [key] = Object.keys(schema.properties ?? {});
    const isUsed = JSON.stringify(contract.operations).includes(`"#/schemas/${name}"`);
    if (key === undefined || schema.properties === undefined || !isUsed) continue;
    delete schema.properties[key];
    return { contract: copy as unknown as Contract, path: `/schemas/${name}/properties/${key}` };
  }
  return undefined;
}

describe("real contracts", () => {
  it.each(DOCUMENTS)("%s: nothing changes by itself, a field that goes is found, every operation has samples", (document) => {
    const contract = contractOf(document);
    expect(compareContracts(contract, JSON.parse(JSON.stringify(contract)) as Contract).changes).toEqual([]);
    const less = withoutOneField(contract);
    if (less !== undefined) {
      const { changes, requiredBump } = compareContracts(contract, less.contract);
      expect(changes.map(({ path }) => path)).toContain(less.path);
      expect(requiredBump).toBe("major");
    }
    const { schemas } = contract;
    const options = { seed: 1, ...(schemas === undefined ? {} : { definitions: schemas }) };
    for (const [name, { input, output }] of Object.entries(contract.operations)) {
      expect(sampleOf(input, options), `${name} input`).toBeDefined();
      expect(sampleOf(output, { ...options, mode: "edge" }), `${name} output`).toBeDefined();
      expect(brokenSampleOf(input, options), `${name} broken input`).toBeDefined();
    }
  });
});
