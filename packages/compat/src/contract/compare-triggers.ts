import { joinPointer, type Trigger } from "@mortise/contract";
import { canonical } from "../schema/canonical.ts";
import { compareLifecycle } from "./compare-lifecycle.ts";
import { compareIdentity } from "./compare-operations.ts";
import type { Diff } from "./diff.ts";

/** Finds triggers that are gone, new or different. */
export function compareTriggers(diff: Diff): void {
  const [before, after] = [diff.before.triggers ?? {}, diff.after.triggers ?? {}];
  for (const [name, was] of Object.entries(before)) {
    const path = joinPointer("triggers", name);
    const is = Object.hasOwn(after, name) ? after[name] : undefined;
    if (is === undefined)
      diff.add("trigger-removed", path, "the trigger is gone; workflows that it starts do not start any more", [path], "before");
    else compareTrigger(diff, path, was, is);
  }
  for (const name of Object.keys(after)) {
    if (!Object.hasOwn(before, name)) diff.add("trigger-added", joinPointer("triggers", name), "the trigger is new", []);
  }
}

function compareTrigger(diff: Diff, path: string, was: Trigger, is: Trigger): void {
  diff.schemas("input", was.input, is.input, `${path}/input`, [path]);
  diff.schemas("output", was.output, is.output, `${path}/output`, [path]);
  for (const scope of is.scopes.filter((each) => !was.scopes.includes(each)))
    diff.add(
      "scope-added",
      `${path}/scopes`,
      `the scope ${scope} is needed now; connections without it must be consented to again`,
      [path],
    );
  for (const scope of was.scopes.filter((each) => !is.scopes.includes(each)))
    diff.add("scope-removed", `${path}/scopes`, `the scope ${scope} is not needed any more`, [path]);
  compareIdentity(diff, path, was.identity, is.identity);
  compareLifecycle(diff, path, was, is);
  if (was.kind !== is.kind) {
    diff.add("trigger-kind-changed", `${path}/kind`, `it was a ${was.kind}, is a ${is.kind}`, [path]);
    return;
  }
  if (was.kind === "poll" && is.kind === "poll") {
    if (was.source.operation !== is.source.operation)
      diff.add("trigger-source-changed", `${path}/source`, `it polled ${was.source.operation}, polls ${is.source.operation}`, [
        path,
      ]);
    if ((was.every ?? "5m") !== (is.every ?? "5m") || was.firstRun !== is.firstRun)
      diff.add(
        "trigger-timing-changed",
        path,
        `it polled every ${was.every ?? "5m"} from "${was.firstRun}", polls every ${is.every ?? "5m"} from "${is.firstRun}"`,
        [path],
      );
  }
  if (was.kind === "webhook" && is.kind === "webhook") compareWebhook(diff, path, was, is);
}

type Webhook = Extract<Trigger, { readonly kind: "webhook" }>;

function compareWebhook(diff: Diff, path: string, was: Webhook, is: Webhook): void {
  const calls = ({ subscribe, unsubscribe }: Webhook): string =>
    `${subscribe?.operation ?? "by hand"} and ${unsubscribe?.operation ?? "by hand"}`;
  if (calls(was) !== calls(is))
    diff.add("trigger-subscription-changed", path, `it was subscribed and ended by ${calls(was)}, is by ${calls(is)}`, [path]);
  const isLooser = "none" in is.signature;
  if (!isLooser && canonical(was.signature) !== canonical(is.signature))
    diff.add("trigger-signature-changed", `${path}/signature`, "deliveries of existing subscriptions are signed in another way", [
      path,
    ]);
}
