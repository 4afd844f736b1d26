import type { Contract } from "@mortise/contract";
import { heading } from "./made-by.ts";
import { code, inline, paragraphs, prose } from "./prose.ts";

/** What each version changed, newest first, and what that asks of whoever uses an older one. */
export function changelogPage(contract: Contract): string {
  const entries = contract.changelog ?? [];
  const parts = entries.map(({ version, date, changes }, index) => {
    const level = levelOf(version, entries[index + 1]?.version);
    return paragraphs([
      `## ${version} (${date})`,
      level === "" ? "" : `*${level}*`,
      changes.map((change) => `- ${inline(change)}`).join("\n"),
      movedPart(contract, version),
    ]);
  });
  return paragraphs([heading(`${contract.title}: changes`), ...(parts.length === 0 ? ["Nothing is recorded yet."] : parts)]);
}

/** What a version asks of users of the one before it, by semantic versioning. */
function levelOf(version: string, before: string | undefined): string {
  if (before === undefined) return "";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldMajor = 0, oldMinor = 0] = before.split(".").map(Number);
  if (major !== oldMajor)
    return major > 0 && oldMajor === 0
      ? "First stable version."
      : "Breaking: what was made for the version before needs its migration.";
  return minor === oldMinor ? "Compatible: corrections only." : "Compatible: additions.";
}

/** How what was made for the major version before goes on. */
function movedPart({ migrations = [] }: Contract, version: string): string {
  const major = Number(version.split(".")[0]);
  const migration = version.endsWith(".0.0") ? migrations.find(({ to }) => to === major) : undefined;
  if (migration === undefined) return "";
  const moved = [migration.operations, migration.triggers].flatMap((each) => Object.entries(each ?? {}));
  const lines = moved.map(([old, { operation, removed, input, output }]) => {
    if (removed !== undefined) return `- ${code(old)} is gone: ${prose(removed)}`;
    const named = operation === undefined || operation === old ? code(old) : `${code(old)} is ${code(operation)} now`;
    const changed = [...(input === undefined ? [] : ["input"]), ...(output === undefined ? [] : ["output"])];
    return `- ${named}${changed.length === 0 ? "" : `; its ${changed.join(" and ")} ${changed.length === 1 ? "is" : "are"} translated`}`;
  });
  return paragraphs([`What was made for ${migration.from}.x is moved by itself:`, lines.join("\n")]);
}
