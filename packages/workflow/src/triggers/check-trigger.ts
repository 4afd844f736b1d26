import { nearest } from "@mortise/contract";
import { type CheckContext, report } from "../checker/check-context.ts";
import { asObject, own } from "../model/loose.ts";
import { scheduleProblem } from "./next-ticks.ts";

/** Checks what the shape of a trigger does not say: that a schedule can be read. */
export function checkTrigger(context: CheckContext, trigger: unknown): void {
  const { use, with: params } = asObject(trigger);
  if (use !== "schedule") return;
  const cron = own(asObject(params), "cron");
  const timeZone = own(asObject(params), "timeZone");
  if (typeof cron !== "string") return;
  const problem = scheduleProblem(cron, typeof timeZone === "string" ? timeZone : undefined);
  if (problem === undefined) return;
  const path = `/trigger/with${problem.path}`;
  const near = problem.path === "/timeZone" ? nearest(String(timeZone), zones()) : undefined;
  const fix = near
    ? { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path, value: near }] }
    : { title: 'Use five fields, e.g. "0 7 * * 1-5" for 7:00 on working days, and an IANA time zone.' };
  report(context, "INVALID_SCHEDULE", path, problem.message, { fix });
}

function zones(): readonly string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")];
}
