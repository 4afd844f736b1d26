import { type PatchOperation, parsePointer } from "@mortise/contract";

/** Applies a JSON Patch (RFC 6902) to a copy of a document. */
export function applyPatch(document: object, patch: readonly PatchOperation[]): object {
  const copy = structuredClone(document);
  for (const operation of patch) {
    if (operation.op === "move") put(copy, operation.path, take(copy, operation.from));
    else if (operation.op === "remove") take(copy, operation.path);
    else put(copy, operation.path, operation.value, operation.op === "replace");
  }
  return copy;
}

function placeOf(document: object, pointer: string): { readonly parent: Record<string, unknown>; readonly key: string } {
  const segments = [...(parsePointer(pointer) ?? [])];
  const key = segments.pop() ?? "";
  const parent = segments.reduce((at, segment) => (at as Record<string, object>)[segment] as object, document);
  return { parent: parent as Record<string, unknown>, key };
}

function put(document: object, pointer: string, value: unknown, replace = false): void {
  const { parent, key } = placeOf(document, pointer);
  if (Array.isArray(parent) && key === "-") parent.push(value);
  else if (Array.isArray(parent) && !replace) parent.splice(Number(key), 0, value);
  else parent[key] = value;
}

function take(document: object, pointer: string): unknown {
  const { parent, key } = placeOf(document, pointer);
  if (Array.isArray(parent)) return parent.splice(Number(key), 1)[0];
  const value = parent[key];
  delete parent[key];
  return value;
}
