import type { Contract, Operation } from "@mortise/contract";

/** Operations that share a page. */
export interface OperationGroup {
  /** Name of the file, without its ending. */
  readonly name: string;
  readonly operations: readonly string[];
}

/**
 * Groups operations by the segments of their paths, so that every group stays below a size: what all paths begin with is left out, a group
 * that is too large is split by the next segment, and where there is none, into numbered parts.
 */
export function operationGroups(
  contract: Contract,
  sizeOf: (operation: string) => number,
  limit: number,
): readonly OperationGroup[] {
  const members = Object.entries(contract.operations).map(([name, operation]) => ({ name, segments: segmentsOf(operation) }));
  const common = commonLength(members.map(({ segments }) => segments));
  const trimmed = members.map(({ name, segments }) => ({ name, segments: segments.slice(common) }));
  const found = split(trimmed, 0, "", sizeOf, limit);
  const taken = new Set<string>();
  return found.map((group) => {
    let name = group.name;
    for (let number = 2; taken.has(name); number += 1) name = `${group.name}-${number}`;
    taken.add(name);
    return { ...group, name };
  });
}

interface Member {
  readonly name: string;
  readonly segments: readonly string[];
}

function split(
  members: readonly Member[],
  depth: number,
  name: string,
  sizeOf: (operation: string) => number,
  limit: number,
): readonly OperationGroup[] {
  const size = members.reduce((sum, member) => sum + sizeOf(member.name), 0);
  const fits = size <= limit;
  const deepest = members.every(({ segments }) => segments.length <= depth);
  if (depth > 0 && (fits || deepest)) {
    return fits ? [{ name, operations: members.map((each) => each.name) }] : numbered(members, name, sizeOf, limit);
  }
  const bySegment = Map.groupBy(members, ({ segments }) => segments[depth] ?? "");
  return [...bySegment].flatMap(([segment, some]) => {
    const deeper = [name, segment].filter((part) => part !== "").join("-") || "other";
    return split(some, depth + 1, deeper, sizeOf, limit);
  });
}

function numbered(
  members: readonly Member[],
  name: string,
  sizeOf: (operation: string) => number,
  limit: number,
): readonly OperationGroup[] {
  const parts: string[][] = [[]];
  let size = 0;
  for (const member of members) {
    const own = sizeOf(member.name);
    if (size > 0 && size + own > limit) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(member.name);
    size += own;
  }
  return parts.map((operations, index) => ({ name: index === 0 ? name : `${name}-${index + 1}`, operations }));
}

/** The literal segments of a request's path, as file names; the words of its name where there is no request. */
function segmentsOf(operation: Operation): readonly string[] {
  const { url } = operation.request ?? {};
  const text = typeof url === "string" ? url : isText(url) ? url.$text.replaceAll(/\$\{[^}]*\}/g, "{}") : "";
  return text
    .replace(/^[a-z]+:\/\/[^/]+/i, "")
    .replace(/[?#].*$/, "")
    .split("/")
    .filter((segment) => segment !== "" && !/[{}]/.test(segment.replace(/\.[a-z]+$/i, "")))
    .map((segment) =>
      segment
        .toLowerCase()
        .replace(/\.json$/, "")
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, ""),
    )
    .filter((segment) => segment !== "");
}

function isText(value: unknown): value is { readonly $text: string } {
  return typeof value === "object" && value !== null && "$text" in value && typeof value.$text === "string";
}

/** How many first segments nearly all paths share. */
function commonLength(paths: readonly (readonly string[])[]): number {
  for (let depth = 0; ; depth += 1) {
    const counts = new Map<string, number>();
    for (const path of paths) {
      const segment = path[depth];
      if (segment !== undefined) counts.set(segment, (counts.get(segment) ?? 0) + 1);
    }
    const most = Math.max(0, ...counts.values());
    if (most < paths.length * 0.9 || most === 0) return depth;
  }
}
