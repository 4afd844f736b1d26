import type { Contract, Diagnostic, Operation } from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import { type Imported, type ImportOptions, importOpenApi } from "../../src/index.ts";

type Parts = { readonly [key: string]: unknown };

/** An imported document that must have a contract, which its own checks accept. */
export interface Sound extends Imported {
  readonly contract: Contract;
  operation(name: string): Operation;
  /** Findings that are no mere information. */
  readonly warnings: readonly Diagnostic[];
}

/** Imports a document of 3.0 (or what `openapi` in `parts` says) with these paths, and checks what came of it. */
export function importPaths(paths: Parts, parts: Parts = {}, options: ImportOptions = {}): Sound {
  const document = {
    openapi: "3.0.3",
    info: { title: "Pets", version: "1" },
    servers: [{ url: "https://api.pets.test/v1" }],
    paths,
    ...parts,
  };
  return sound(importOpenApi({ text: JSON.stringify(document, null, 2), file: "pets.json" }, options));
}

/** The same for a document of 2.0. */
export function importSwagger(paths: Parts, parts: Parts = {}): Sound {
  const document = {
    swagger: "2.0",
    info: { title: "Pets", version: "1" },
    host: "api.pets.test",
    basePath: "/v1",
    schemes: ["https"],
    paths,
    ...parts,
  };
  return sound(importOpenApi({ text: JSON.stringify(document, null, 2), file: "pets.json" }));
}

export function sound(imported: Imported): Sound {
  const { contract, diagnostics } = imported;
  if (contract === undefined) throw new Error(`nothing was imported: ${JSON.stringify(diagnostics)}`);
  const errors = checkContract(JSON.parse(JSON.stringify(contract))).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(`the contract is faulty: ${JSON.stringify(errors, null, 2)}`);
  return {
    ...imported,
    contract,
    warnings: diagnostics.filter(({ severity }) => severity !== "info"),
    operation(name) {
      const found = contract.operations[name];
      if (found === undefined) throw new Error(`no operation ${name}: ${Object.keys(contract.operations).join(", ")}`);
      return found;
    },
  };
}

/** A response of JSON with a schema. */
export const answers = (schema: unknown, status = "200"): Parts => ({
  [status]: { description: "", content: { "application/json": { schema } } },
});

export const OK = answers({ type: "object" });
