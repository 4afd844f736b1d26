import type { AuthScheme, Contract, Diagnostic } from "@mortise/contract";
import { openDocuments } from "./document/document-set.ts";
import { createFindings } from "./document/findings.ts";
import { importDocument } from "./import-document.ts";

/** Where a document is. */
export interface ImportSource {
  /** JSON or YAML. */
  readonly text: string;
  /** Path of the file; references to other files are relative to it. Absent: `openapi`. */
  readonly file?: string;
  /** Text of another file of the document, by its path as `file` has it; undefined where there is none. Absent: there are no other files. */
  readonly readFile?: (path: string) => string | undefined;
}

/** Choices of an import that no document makes. */
export interface ImportOptions {
  /** Name of the connector. Absent: from the document's title. */
  readonly name?: string;
  /** Version of the connector. Absent: `1.0.0`. */
  readonly version?: string;
  /** Absent: the document's contact, else `unknown`. */
  readonly publisher?: string;
  /**
   * Where calls go. `document`: to the document's servers; `setting`: below a base URL that every connection sets, with the document's as
   * default. Absent: `document`.
   */
  readonly address?: "document" | "setting";
  /** Auth schemes of a document that declares none, by id. Absent: its calls carry no credential. */
  readonly auth?: { readonly [id: string]: AuthScheme };
  /** Called before each operation is read. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What an import came to. */
export interface Imported {
  /** Undefined where not one operation could be imported. */
  readonly contract: Contract | undefined;
  /** Everything that was mended, left out or guessed; `path` and `line` are places of the document. */
  readonly diagnostics: readonly Diagnostic[];
  readonly report: ImportReport;
}

/** What became of the operations of a document. */
export interface ImportReport {
  /** Operations in the document. */
  readonly operations: number;
  /** Of those, the ones that need no code. */
  readonly declarative: number;
  /** Imported, but what they need cannot all be said in the contract. */
  readonly needsCode: readonly UndeclaredOperation[];
  /** Not in the contract. */
  readonly skipped: readonly UndeclaredOperation[];
  /** Operations with guesses that a person must confirm. */
  readonly review: readonly string[];
  /** Events that the document describes; none becomes a trigger by itself. */
  readonly webhooks: readonly string[];
}

/** An operation that the contract cannot say in full. */
export interface UndeclaredOperation {
  /** Name in the contract; of a skipped one, method and path. */
  readonly id: string;
  readonly reason: string;
}

/**
 * Turns an OpenAPI document (2.0, 3.0, 3.1; JSON or YAML) into a connector contract, operation by operation: what is faulty becomes a
 * diagnostic, the rest imports. Calls nothing but `readFile`; nothing is fetched. Never throws.
 */
export function importOpenApi(source: ImportSource, options: ImportOptions = {}): Imported {
  const findings = createFindings();
  const documents = openDocuments(source.text, source.file ?? "openapi", source.readFile, findings);
  const { contract, report } = importDocument(documents, findings, options);
  return { contract, diagnostics: findings.list(), report };
}
