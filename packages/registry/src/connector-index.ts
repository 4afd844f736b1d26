/**
 * Contracts on disk that are read when somebody first uses them, so that thousands cost no more than their names.
 *
 * Owns: which contracts are in memory.
 * Does not own: whether a contract is sound, which was checked when it was released; compiled operations.
 * Talks to: the file system.
 * Invariants:
 *   C1. A contract is read when its `contract` is first looked at, not before.
 *   C2. What was read has the digest that the index names; anything else is refused.
 *   C3. At most `keep` contracts stay in memory, the least recently used leave first; what is in use stays with its user.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { type Contract, type Json, MortiseError } from "@mortise/contract";
import type { Entry } from "./registry.ts";

/** One released contract. */
export interface IndexedContract {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  /** SHA-256 of the file's bytes, as hexadecimal digits. */
  readonly sha256: string;
  /** Path relative to the index, with slashes. */
  readonly file: string;
}

/** The document: `mortise.index/1`. */
export interface ConnectorIndex {
  readonly format: "mortise.index/1";
  readonly contracts: readonly IndexedContract[];
}

/** A connector of which the name alone is known until its contract is used. It has no code of its own. */
export interface IndexedConnector extends Entry {
  readonly id: { readonly name: string; readonly version: string };
  readonly natives: { readonly [operation: string]: never };
}

/** Options of {@link openConnectorIndex}. */
export interface IndexOptions {
  /** Contracts that stay in memory. Absent: 500. */
  readonly keep?: number;
}

const KEEP = 500;
const NATIVES = Object.freeze({});

/** Describes contract files for {@link openConnectorIndex}; `file` is where the index will be. Throws `INVALID_JSON`, `UNREADABLE_FILE`. */
export function indexConnectors(file: string, contracts: readonly string[]): ConnectorIndex {
  const entries = contracts.map((path): IndexedContract => {
    const bytes = bytesOf(path);
    const { name, version, title } = parsed(bytes, path) as unknown as Contract;
    return { name, version, title, sha256: sha256(bytes), file: relative(dirname(file), path).split(sep).join("/") };
  });
  return { format: "mortise.index/1", contracts: entries };
}

/**
 * The connectors of an index, for `createRegistry` and `createRuntime`. Throws `UNREADABLE_FILE`, `INVALID_JSON`, `INVALID_DOCUMENT`; looking at a
 * contract throws `UNREADABLE_FILE` where it is gone, `INVALID_DOCUMENT` where it is another than was indexed.
 */
export function openConnectorIndex(file: string, { keep = KEEP }: IndexOptions = {}): readonly IndexedConnector[] {
  const index = parsed(bytesOf(file), file) as Partial<ConnectorIndex> | null;
  if (index?.format !== "mortise.index/1" || !Array.isArray(index.contracts))
    throw new MortiseError("INVALID_DOCUMENT", `${file} is no index of connectors; expected the format "mortise.index/1".`);
  const kept = new Kept(keep);
  const base = dirname(resolve(file));
  return (index.contracts as readonly IndexedContract[]).map((entry) => {
    const path = resolve(base, entry.file);
    if (!path.startsWith(base + sep))
      throw new MortiseError("INVALID_DOCUMENT", `${file}: ${entry.file} lies outside of the index's folder.`);
    return Object.freeze({
      id: Object.freeze({ name: entry.name, version: entry.version }),
      natives: NATIVES,
      get contract() {
        return kept.get(path, () => read(path, entry));
      },
    });
  });
}

function read(path: string, { name, version, sha256: digest }: IndexedContract): Contract {
  const bytes = bytesOf(path);
  if (sha256(bytes) !== digest)
    throw new MortiseError("INVALID_DOCUMENT", `${name}@${version} is not the contract that was indexed: its digest differs.`, {
      remedy: "Install the release again; a released contract never changes.",
    });
  const contract = parsed(bytes, path) as unknown as Contract;
  if (contract.name === name && contract.version === version) return contract;
  throw new MortiseError(
    "INVALID_DOCUMENT",
    `The contract of ${name}@${version} calls itself ${contract.name}@${contract.version}.`,
  );
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new MortiseError("UNREADABLE_FILE", `${path} could not be read: ${reason}.`, { cause: error });
  }
}

function parsed(bytes: Buffer, path: string): Json {
  try {
    return JSON.parse(bytes.toString("utf8")) as Json;
  } catch (error) {
    throw new MortiseError("INVALID_JSON", `${path} is no JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Contracts by path, the least recently used first. */
class Kept {
  readonly #limit: number;
  readonly #contracts = new Map<string, Contract>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get(path: string, load: () => Contract): Contract {
    const known = this.#contracts.get(path);
    const contract = known ?? load();
    if (known !== undefined) this.#contracts.delete(path);
    else if (this.#contracts.size >= this.#limit) {
      const [oldest = ""] = this.#contracts.keys();
      this.#contracts.delete(oldest);
    }
    this.#contracts.set(path, contract);
    return contract;
  }
}
