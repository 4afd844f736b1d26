/**
 * The files of one document and what their references lead to.
 *
 * Owns: the files that were read, and the target of every reference that was followed.
 * Does not own: how a file is read (`readFile`).
 * Talks to: Findings.
 * Invariants:
 *   D1. Nothing is fetched: only `readFile` is asked, once a path.
 *   D2. A reference is followed once; one that leads to itself leads nowhere.
 */
import { parsePointer } from "@mortise/contract";
import type { Findings } from "./findings.ts";
import { isObject, own } from "./loose.ts";
import { child, type Place, type SourceFile } from "./place.ts";
import { readDocument } from "./read-document.ts";

/** The files of one document, and what its references lead to. */
export interface DocumentSet {
  readonly root: Place;
  /** Follows `$ref`s until something else is there. Undefined, with a finding, where they lead nowhere or in a circle. */
  resolve(place: Place): Place | undefined;
  /** Where one `$ref` leads; references on the way to it are followed. Undefined, with a finding, where that is nowhere. */
  target(place: Place, reference: string): Place | undefined;
}

const MAX_HOPS = 50;
/** Stands for a fragment that is no pointer: no document has such a key. */
const NOWHERE = "\u0000";

/** Reads the first file, and others when a reference leads into them. Nothing is ever fetched. */
export function openDocuments(
  text: string,
  name: string,
  readFile: ((path: string) => string | undefined) | undefined,
  findings: Findings,
): DocumentSet {
  const files = new Map<string, SourceFile | undefined>();
  const open = (file: string, content: string): SourceFile => {
    const { value, diagnostics, lineOf } = readDocument(content);
    findings.addAll(diagnostics.map((each) => ({ ...each, file })));
    const opened = { name: file, value, lineOf };
    files.set(file, opened);
    return opened;
  };
  const first = open(name, text);

  const fileOf = (from: SourceFile, path: string): SourceFile | undefined => {
    const wanted = siblingPath(from.name, path);
    if (files.has(wanted)) return files.get(wanted);
    const content = readQuietly(readFile, wanted);
    if (content !== undefined) return open(wanted, content);
    files.set(wanted, undefined);
    return undefined;
  };

  /** A place, or why there is none; a reference that is being followed leads to itself. */
  const targets = new Map<string, Place | string>();

  const target = (place: Place, reference: string): Place | undefined => {
    const key = `${place.file.name} ${reference}`;
    const known = targets.get(key);
    if (known === undefined) targets.set(key, "leads back to itself");
    const found = known ?? search(place, reference);
    targets.set(key, found);
    if (typeof found !== "string") return found;
    findings.add("warning", "UNKNOWN_REFERENCE", place, `$ref ${quoted(reference)} ${found}; anything is accepted there.`);
    return undefined;
  };

  const search = (place: Place, reference: string): Place | string => {
    const [path, fragment] = splitReference(reference);
    if (/^[a-z][a-z0-9+.-]+:/i.test(path) || path.startsWith("//")) return "leads elsewhere and is not fetched";
    const file = path === "" ? place.file : fileOf(place.file, path);
    if (file === undefined) return "leads to a file that is not there, or may not be read";
    return follow({ file, pointer: "", value: file.value }, fragment) ?? "leads to nothing";
  };

  const follow = (start: Place, fragment: string): Place | undefined => {
    let found: Place | undefined = start;
    for (const segment of parsePointer(fragment) ?? [NOWHERE]) {
      const here: Place | undefined = found && child(found, segment);
      const behind: Place | undefined =
        here === undefined && found !== undefined && isReference(found) ? resolve(found) : undefined;
      found = here ?? (behind && child(behind, segment));
      if (found === undefined) return undefined;
    }
    return found;
  };

  const resolve = (place: Place): Place | undefined => {
    let found: Place | undefined = place;
    for (let hop = 0; hop < MAX_HOPS; hop += 1) {
      const reference: unknown = found && own(found.value, "$ref");
      if (found === undefined || typeof reference !== "string") return found;
      found = target(found, reference);
    }
    findings.add("warning", "UNKNOWN_REFERENCE", place, "$ref leads back to itself; anything is accepted there.");
    return undefined;
  };

  return { root: { file: first, pointer: "", value: first.value }, resolve, target };
}

/** Whether a place is a Reference Object. */
export function isReference(place: Place): boolean {
  return isObject(place.value) && typeof own(place.value, "$ref") === "string";
}

/** `path#fragment`, the fragment percent-decoded (RFC 6901 §6). */
function splitReference(reference: string): readonly [path: string, fragment: string] {
  const cut = reference.indexOf("#");
  if (cut < 0) return [decoded(reference), ""];
  return [decoded(reference.slice(0, cut)), decoded(reference.slice(cut + 1))];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A path relative to another file, dot segments resolved. */
function siblingPath(from: string, path: string): string {
  const absolute = path.startsWith("/");
  const parts = absolute ? path.split("/") : [...from.split("/").slice(0, -1), ...path.split("/")];
  const made: string[] = [];
  for (const part of parts) {
    if (part === "." || (part === "" && made.length > 0)) continue;
    if (part === ".." && made.length > 0 && made.at(-1) !== "..") made.pop();
    else made.push(part);
  }
  return made.join("/");
}

function readQuietly(readFile: ((path: string) => string | undefined) | undefined, path: string): string | undefined {
  try {
    return readFile?.(path);
  } catch {
    return undefined;
  }
}

const quoted = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
