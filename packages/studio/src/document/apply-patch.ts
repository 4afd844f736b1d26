import { getPointer, type Json, type PatchOperation, parsePointer } from "@mortise/contract";
import { setPointer } from "./node-sets.ts";

/** Applies a JSON Patch (RFC 6902; add, replace, remove, move) and returns the new value. Undefined where an operation has no target. */
export function applyPatch(root: Json, patch: readonly PatchOperation[]): Json | undefined {
  let value: Json | undefined = root;
  for (const operation of patch) {
    value = value === undefined ? undefined : applyOne(value, operation);
  }
  return value;
}

function applyOne(root: Json, operation: PatchOperation): Json | undefined {
  switch (operation.op) {
    case "add":
      return add(root, operation.path, operation.value);
    case "replace":
      return getPointer(root, operation.path) === undefined ? undefined : setPointer(root, operation.path, operation.value);
    case "remove":
      return getPointer(root, operation.path) === undefined ? undefined : setPointer(root, operation.path, undefined);
    case "move": {
      const moved = getPointer(root, operation.from);
      return moved === undefined ? undefined : add(setPointer(root, operation.from, undefined), operation.path, moved);
    }
  }
}

/** In a list, "add" inserts before the index (RFC 6902, section 4.1). */
function add(root: Json, path: string, value: Json): Json | undefined {
  const segments = parsePointer(path);
  if (!segments) return undefined;
  const last = segments.at(-1);
  const parentPath = path.slice(0, path.lastIndexOf("/"));
  const parent = last === undefined ? undefined : getPointer(root, parentPath);
  if (!Array.isArray(parent)) return setPointer(root, path, value);
  const list = [...(parent as readonly Json[])];
  const index = last === "-" ? list.length : Number(last);
  if (!Number.isInteger(index) || index < 0 || index > list.length) return undefined;
  list.splice(index, 0, value);
  return setPointer(root, parentPath, list);
}
