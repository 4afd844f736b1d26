import { getPointer, type Json, type PatchOperation, parsePointer } from "@mortise/contract";

/**
 * Applies JSON Patch operations (RFC 6902 §4: add, replace, remove, move) and gives a new document. Undefined where one of them does not
 * fit: a place that is not there, a list index beyond the end.
 */
export function applyPatch(document: Json, patch: readonly PatchOperation[]): Json | undefined {
  let current: Json | undefined = document;
  for (const operation of patch) {
    if (current === undefined) return undefined;
    current = step(current, operation);
  }
  return current;
}

function step(document: Json, operation: PatchOperation): Json | undefined {
  const segments = parsePointer(operation.path);
  if (segments === undefined) return undefined;
  if (operation.op === "remove") return changed(document, segments, REMOVED);
  if (operation.op === "add") return changed(document, segments, { value: operation.value, insert: true });
  if (operation.op !== "move") {
    const { path, value } = operation;
    return getPointer(document, path) === undefined ? undefined : changed(document, segments, { value, insert: false });
  }
  const from = parsePointer(operation.from);
  const value = getPointer(document, operation.from);
  if (from === undefined || value === undefined) return undefined;
  const [name, old] = [segments.at(-1), from.at(-1)];
  const isRename = segments.slice(0, -1).join("/") === from.slice(0, -1).join("/");
  if (isRename && name !== undefined && old !== undefined) return renamed(document, from.slice(0, -1), old, name);
  const without = changed(document, from, REMOVED);
  return without === undefined ? undefined : changed(without, segments, { value, insert: true });
}

type Change = { readonly value: Json; readonly insert: boolean } | typeof REMOVED;
const REMOVED = Symbol("removed");

function changed(document: Json, [segment, ...rest]: readonly string[], change: Change): Json | undefined {
  if (segment === undefined) return change === REMOVED ? undefined : change.value;
  if (Array.isArray(document)) return changedList(document, segment, rest, change);
  if (typeof document !== "object" || document === null) return undefined;
  const object = document as { readonly [key: string]: Json };
  if (rest.length > 0) {
    if (!Object.hasOwn(object, segment)) return undefined;
    const child = changed(object[segment] as Json, rest, change);
    return child === undefined ? undefined : { ...object, [segment]: child };
  }
  if (change !== REMOVED) return { ...object, [segment]: change.value };
  if (!Object.hasOwn(object, segment)) return undefined;
  return Object.fromEntries(Object.entries(object).filter(([key]) => key !== segment));
}

function changedList(list: readonly Json[], segment: string, rest: readonly string[], change: Change): Json | undefined {
  const index = segment === "-" ? list.length : /^(0|[1-9]\d*)$/.test(segment) ? Number(segment) : Number.NaN;
  const isInsert = rest.length === 0 && change !== REMOVED && change.insert;
  if (Number.isNaN(index) || index > list.length || (index === list.length && !isInsert)) return undefined;
  if (rest.length > 0) {
    const child = changed(list[index] as Json, rest, change);
    return child === undefined ? undefined : list.with(index, child);
  }
  if (change === REMOVED) return list.toSpliced(index, 1);
  return change.insert ? list.toSpliced(index, 0, change.value) : list.with(index, change.value);
}

/** Another name at the same place, so that a document keeps its order. Undefined where the new name is taken. */
function renamed(document: Json, parent: readonly string[], old: string, name: string): Json | undefined {
  const [segment, ...rest] = parent;
  if (typeof document !== "object" || document === null) return undefined;
  if (segment !== undefined) {
    const child = Array.isArray(document) ? document[Number(segment)] : (document as { readonly [key: string]: Json })[segment];
    const mended = child === undefined ? undefined : renamed(child, rest, old, name);
    if (mended === undefined) return undefined;
    return Array.isArray(document) ? document.with(Number(segment), mended) : { ...document, [segment]: mended };
  }
  if (Array.isArray(document) || Object.hasOwn(document, name)) return undefined;
  return Object.fromEntries(Object.entries(document).map(([key, value]) => [key === old ? name : key, value]));
}
