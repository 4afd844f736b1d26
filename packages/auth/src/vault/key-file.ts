import { randomBytes } from "node:crypto";
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { MortiseError } from "@mortise/contract";
import { decodeLocalKey, type LocalKey, newLocalKey } from "./local-keys.ts";

const FORMAT = "mortise.keys/1";

interface Document {
  readonly format: typeof FORMAT;
  readonly keys: readonly {
    readonly id: string;
    readonly state: LocalKey["state"];
    readonly key?: string;
    readonly createdAtMs?: number;
  }[];
}

/** Makes the file with one active key where there is none; two processes that start together end with the same one. */
export function ensureKeyFile(path: string, nowMs: number): void {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const written = writeAside(path, [newLocalKey(nowMs)]);
  try {
    linkSync(written, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(written, { force: true });
  }
}

/**
 * Reads the keys: a document of ours, or one key in base64, which is what the first versions wrote. Throws `MISCONFIGURED` for a file that
 * others can read, and for one that is neither.
 */
export function readKeyFile(path: string): readonly LocalKey[] {
  const { mode } = statSync(path);
  if (process.platform !== "win32" && (mode & 0o077) !== 0) {
    throw new MortiseError("MISCONFIGURED", `The key file ${path} can be read by others.`, { remedy: `Run: chmod 600 ${path}` });
  }
  const content = readFileSync(path, "utf8");
  if (!content.trimStart().startsWith("{")) return [keyOf(path, { state: "active", key: content })];
  const document = parsed(path, content);
  const keys = document.keys.map((entry) => keyOf(path, entry));
  if (keys.filter(({ state }) => state === "active").length !== 1) throw broken(path, "it must have one active key");
  return keys;
}

/** Replaces the file at once: whoever reads meanwhile sees the old keys or the new ones. */
export function writeKeyFile(path: string, keys: readonly LocalKey[]): void {
  renameSync(writeAside(path, keys), path);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
}

function writeAside(path: string, keys: readonly LocalKey[]): string {
  const document: Document = {
    format: FORMAT,
    keys: keys.map(({ id, state, key, createdAtMs }) => ({
      id,
      state,
      ...(key === undefined ? {} : { key: key.export().toString("base64") }),
      ...(createdAtMs === undefined ? {} : { createdAtMs }),
    })),
  };
  const aside = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const file = openSync(aside, "wx", 0o600);
  try {
    writeSync(file, `${JSON.stringify(document, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  return aside;
}

function parsed(path: string, content: string): Document {
  try {
    const document = JSON.parse(content) as Document;
    if (document.format === FORMAT && Array.isArray(document.keys)) return document;
  } catch {
    // Said below, without the text: it holds keys.
  }
  throw broken(path, `expected ${FORMAT} or one key in base64`);
}

function keyOf(path: string, entry: Partial<Document["keys"][number]> & Pick<LocalKey, "state">): LocalKey {
  const made = entry.createdAtMs === undefined ? {} : { createdAtMs: entry.createdAtMs };
  if (entry.state === "destroyed") return { id: entry.id ?? "", state: "destroyed", ...made };
  const found = decodeLocalKey(entry.key ?? "");
  if (!found)
    throw broken(path, `it holds ${Buffer.from((entry.key ?? "").trim(), "base64").length} bytes, expected 32 in base64`);
  const { id, key } = found;
  if (entry.id !== undefined && entry.id !== id) throw broken(path, `the key ${entry.id} has the bytes of ${id}`);
  return { id, state: entry.state, key, ...made };
}

function broken(path: string, why: string): MortiseError {
  return new MortiseError("MISCONFIGURED", `The key file ${path} cannot be used: ${why}.`);
}
