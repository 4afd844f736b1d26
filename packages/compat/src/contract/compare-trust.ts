import type { Contract, Operation } from "@mortise/contract";
import type { Diff } from "./diff.ts";

/** Finds what asks for more or less trust: scopes, auth schemes, budgets, hosts, code. */
export function compareTrust(diff: Diff, path: string, was: Operation, is: Operation): void {
  for (const scope of missing(is.scopes, was.scopes))
    diff.add(
      "scope-added",
      `${path}/scopes`,
      `the scope ${scope} is needed now; connections without it must be consented to again`,
      [path],
    );
  for (const scope of missing(was.scopes, is.scopes))
    diff.add("scope-removed", `${path}/scopes`, `the scope ${scope} is not needed any more`, [path]);
  compareAccepted(diff, path, was, is);
  compareBody(diff, path, was, is);
  const [from, to] = [originOf(was, diff.before), originOf(is, diff.after)];
  if (from !== undefined && to !== undefined && from !== to)
    diff.add("base-url-changed", `${path}/request/url`, `calls went to ${from}, go to ${to}`, [path]);
  const [cost, now] = [was.budget === undefined ? 0 : (was.cost ?? 1), is.budget === undefined ? 0 : (is.cost ?? 1)];
  if (now > cost) diff.add("budget-tightened", path, `a call took ${cost} permits, takes ${now}`, [path]);
  else if (now < cost) diff.add("budget-loosened", path, `a call took ${cost} permits, takes ${now}`, [path]);
  else if (was.budget !== undefined && is.budget !== undefined && was.budget !== is.budget) {
    const [old, fresh] = [diff.before.budgets[was.budget], diff.after.budgets[is.budget]];
    if (JSON.stringify(old) !== JSON.stringify(fresh))
      diff.add(
        "budget-tightened",
        path,
        `calls took permits of ${was.budget}, take them of ${is.budget}, which is another limit`,
        [path],
      );
  }
}

function compareAccepted(diff: Diff, path: string, was: Operation, is: Operation): void {
  const from = was.auth ?? Object.keys(diff.before.auth);
  const to = is.auth ?? Object.keys(diff.after.auth);
  if (from.length === 0 && to.length > 0 && Object.keys(diff.before.auth).length > 0) {
    diff.add("operation-auth-narrowed", path, `it needed no credential, needs one of ${to.join(", ")}`, [path]);
    return;
  }
  if (from.length > 0 && to.length === 0) {
    diff.add("operation-auth-widened", path, "it needs no credential any more", [path]);
    return;
  }
  const kept = Object.keys(diff.after.auth);
  const lost = missing(from, to).filter((id) => kept.includes(id));
  if (lost.length > 0) diff.add("operation-auth-narrowed", path, `it does not accept ${lost.join(", ")} any more`, [path]);
  const won = missing(to, from).filter((id) => Object.hasOwn(diff.before.auth, id));
  if (won.length > 0) diff.add("operation-auth-widened", path, `it accepts ${won.join(", ")} as well`, [path]);
}

const TRUST = { data: 0, code: 1, native: 2 } as const;

function compareBody(diff: Diff, path: string, was: Operation, is: Operation): void {
  const [from, to] = [bodyOf(was), bodyOf(is)];
  if (TRUST[to] > TRUST[from]) diff.add("body-kind-raised", path, `it was ${from}, is ${to}`, [path]);
  if (TRUST[to] < TRUST[from]) diff.add("body-kind-lowered", path, `it was ${from}, is ${to}`, [path]);
  const [had, has] = [capabilitiesOf(was), capabilitiesOf(is)];
  const won = missing(has, had);
  const lost = missing(had, has);
  if (from === to && won.length > 0) diff.add("capability-added", path, `its code may use ${won.join(", ")} now`, [path]);
  if (from === to && lost.length > 0)
    diff.add("capability-removed", path, `its code may not use ${lost.join(", ")} any more`, [path]);
}

function bodyOf({ code, native }: Operation): keyof typeof TRUST {
  return native !== undefined ? "native" : code !== undefined ? "code" : "data";
}

function capabilitiesOf({ code, native }: Operation): readonly string[] {
  return native?.uses ?? Object.entries(code?.capabilities ?? {}).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
}

/** Scheme and host that a literal URL goes to; undefined where it is worked out at run time. */
function originOf({ request }: Operation, { hosts }: Contract): string | undefined {
  if (typeof request?.url !== "string") return undefined;
  const absolute = /^[a-z]+:\/\/[^/?#]+/.exec(request.url);
  if (absolute !== null) return absolute[0];
  return hosts[0] === undefined ? undefined : `https://${hosts[0]}`;
}

function missing(from: readonly string[], to: readonly string[]): readonly string[] {
  return from.filter((each) => !to.includes(each));
}
