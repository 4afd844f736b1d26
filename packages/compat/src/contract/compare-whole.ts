import type { Contract, Json, JsonSchemaObject } from "@mortise/contract";
import { joinPointer } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import type { Diff } from "./diff.ts";

const NO_SETTINGS: JsonSchemaObject = { type: "object" };

/** Finds what is different about the connector as a whole: names, hosts, settings, interfaces. */
export function compareWhole(diff: Diff): void {
  const { before, after } = diff;
  if (before.name !== after.name) diff.add("connector-renamed", "/name", `the name was ${before.name}, is ${after.name}`, []);
  if (before.publisher !== after.publisher)
    diff.add("publisher-changed", "/publisher", `the publisher was ${before.publisher}, is ${after.publisher}`, []);
  for (const [index, host] of after.hosts.entries())
    if (!before.hosts.includes(host) && !before.hosts.includes("*"))
      diff.add("host-added", joinPointer("hosts", index), `calls may go to ${host} now`, []);
  for (const [index, host] of before.hosts.entries())
    if (!after.hosts.includes(host))
      diff.add("host-removed", joinPointer("hosts", index), `calls do not go to ${host} any more`, [], "before");
  for (const name of (before.interfaces ?? []).filter((each) => !after.interfaces?.includes(each)))
    diff.add("interface-removed", "/interfaces", `it does not implement ${name} any more`, []);
  for (const name of (after.interfaces ?? []).filter((each) => !before.interfaces?.includes(each)))
    diff.add("interface-added", "/interfaces", `it implements ${name}`, []);
  diff.schemas("setting", before.settings ?? NO_SETTINGS, after.settings ?? NO_SETTINGS, "/settings", ["/settings"]);
}

/** What a release always says anew, and what is only said about it. */
const ABOUT: readonly (keyof Contract)[] = ["version", "changelog", "migrations", "waivers"];

/** Finds that anything else is different, which nobody can notice. */
export function compareRest(diff: Diff): void {
  const keys = new Set([...Object.keys(diff.before), ...Object.keys(diff.after)]) as Set<keyof Contract>;
  for (const key of keys) {
    if (ABOUT.includes(key)) continue;
    const [was, is] = [diff.before[key] as Json | undefined, diff.after[key] as Json | undefined];
    if (was === is || JSON.stringify(was) === JSON.stringify(is) || canonical(was) === canonical(is)) continue;
    if (diff.changes.some(({ path }) => path === `/${key}` || path.startsWith(`/${key}/`))) continue;
    diff.add("other-changed", `/${key}`, "it says something else", []);
  }
}
