import type { Contract, Diagnostic } from "@mortise/contract";
import semver from "semver";
import type { Change, Level } from "../change.ts";
import { stageOf } from "../contract/compare-lifecycle.ts";
import { missingMigrations } from "../migration/missing-migrations.ts";
import { versionFor } from "./declared-bump.ts";

/** What a release is judged by. */
export interface Release {
  readonly before: Contract;
  readonly after: Contract;
  readonly changes: readonly Change[];
  readonly requiredBump: Level | "none";
}

/** Finds why a version may not follow the one before it. */
export function checkRelease(release: Release): readonly Diagnostic[] {
  return [...checkVersion(release), ...missingMigrations(release), ...checkNotice(release)];
}

function checkVersion({ before, after, changes, requiredBump }: Release): readonly Diagnostic[] {
  const least = versionFor(before.version, requiredBump);
  if (requiredBump === "none" ? semver.gte(after.version, before.version) : semver.gte(after.version, least)) return [];
  const wanted = requiredBump === "none" ? before.version : least;
  const why = changes.filter(({ level, waived }) => level === requiredBump && waived === undefined);
  const count = why.length > 1 ? ` and ${why.length - 1} more` : "";
  return [
    {
      code: "VERSION_TOO_SMALL",
      severity: "error",
      path: "/version",
      message:
        requiredBump === "none"
          ? `The version is ${after.version}, lower than ${before.version}, which was released.`
          : `The version is ${after.version}; after ${before.version} these changes ask for ${least} (${requiredBump}): ${why[0]?.id ?? ""} at ${why[0]?.path ?? ""}${count}.`,
      fix: { title: `Use the version ${wanted}.`, patch: [{ op: "replace", path: "/version", value: wanted }] },
    },
  ];
}

/** What goes must have been announced in the version before. */
function checkNotice({ before, changes }: Release): readonly Diagnostic[] {
  return changes.flatMap(({ id, path, waived }) => {
    if ((id !== "operation-removed" && id !== "trigger-removed" && id !== "operation-retired") || waived !== undefined) return [];
    const [, kind, segment = ""] = path.split("/");
    const name = segment.replaceAll("~1", "/").replaceAll("~0", "~");
    const was = kind === "triggers" ? before.triggers?.[name] : before.operations[name];
    if (was === undefined || stageOf(was) === "deprecated" || stageOf(was) === "retired") return [];
    return [
      {
        code: "REMOVED_WITHOUT_NOTICE",
        severity: "warning",
        path,
        message: `${name} goes in this version and was not deprecated in ${before.version}: whoever uses it had no time to change.`,
        fix: {
          title: `Release a ${semver.inc(before.version, "minor") ?? "minor version"} first, in which ${name} is deprecated and says what to use instead.`,
        },
      } satisfies Diagnostic,
    ];
  });
}
