import semver from "semver";
import type { Level } from "../change.ts";

/** What two versions say about what changed (semver.org 2.0.0). `none` also for a version that is not higher. */
export function declaredBump(before: string, after: string): Level | "none" {
  if (!semver.valid(before) || !semver.valid(after) || semver.lte(after, before)) return "none";
  const [from, to] = [semver.parse(before), semver.parse(after)];
  if (from === null || to === null) return "none";
  if (to.major !== from.major) return "major";
  return to.minor !== from.minor ? "minor" : "patch";
}

/**
 * The lowest version that says as much as a bump asks for. Before 1.0.0 a breaking change asks for the next minor version, and
 * everything else for the next patch (semver.org 2.0.0, item 4).
 */
export function versionFor(before: string, bump: Level | "none"): string {
  if (bump === "none") return before;
  const { major = 1, minor = 0, patch = 0, prerelease = [] } = semver.parse(before) ?? {};
  const isPre = prerelease.length > 0;
  const wanted = major > 0 ? bump : bump === "major" ? "minor" : "patch";
  if (wanted === "major") return isPre && minor === 0 && patch === 0 ? `${major}.0.0` : `${major + 1}.0.0`;
  if (wanted === "minor") return isPre && patch === 0 ? `${major}.${minor}.0` : `${major}.${minor + 1}.0`;
  return isPre ? `${major}.${minor}.${patch}` : `${major}.${minor}.${patch + 1}`;
}
