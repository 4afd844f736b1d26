import { resolveReferences } from "@mortise/builders";
import { type Fix, type Json, type JsonSchema, nearest, parseDuration, selfContained } from "@mortise/contract";
import { needsConnection } from "../checker/catalogue.ts";
import { type CheckContext, report, type Visible } from "../checker/check-context.ts";
import { checkValue } from "../checker/check-value.ts";
import { asObject, own } from "../model/loose.ts";
import { checkJson } from "../schema/check-json.ts";
import { findConnectorTrigger } from "./connector-trigger.ts";
import { scheduleProblem } from "./next-ticks.ts";
import { TRIGGER_KINDS } from "./trigger-kinds.ts";

const LONGEST_ANSWER_MS = 25_000;
const KEY: JsonSchema = { type: ["string", "number", "boolean"] };

/** Checks what the shape of a trigger does not say: schedules, what is computed, connectors and their connections. */
export function checkTrigger(context: CheckContext, trigger: unknown, visible: Visible): void {
  const { use, with: params, order, connection } = asObject(trigger);
  if (use === "schedule") checkSchedule(context, asObject(params));
  if (use === "webhook") checkWebhook(context, asObject(params), visible);
  if (typeof use === "string" && use.includes("/")) checkConnectorTrigger(context, use, asObject(trigger));
  else if (connection !== undefined)
    report(context, "INVALID_VALUE", "/trigger/connection", "Only a trigger of a connector has a connection.", {
      fix: { title: "Remove it.", patch: [{ op: "remove", path: "/trigger/connection" }] },
    });
  const by = own(asObject(order), "by");
  if (by !== undefined) checkComputed(context, by as Json, "/trigger/order/by", KEY, visible);
}

function checkSchedule(context: CheckContext, params: ReturnType<typeof asObject>): void {
  const cron = own(params, "cron");
  const timeZone = own(params, "timeZone");
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

function checkWebhook(context: CheckContext, params: ReturnType<typeof asObject>, visible: Visible): void {
  const eventId = own(params, "eventId");
  if (eventId !== undefined) checkComputed(context, eventId as Json, "/trigger/with/eventId", { type: "string" }, visible);
  const within = own(params, "respondWithin");
  const withinMs = typeof within === "string" ? parseDuration(within) : undefined;
  if (withinMs !== undefined && withinMs > LONGEST_ANSWER_MS)
    report(context, "INVALID_VALUE", "/trigger/with/respondWithin", `"${String(within)}" is longer than senders wait.`, {
      fix: { title: "At most 25s.", patch: [{ op: "replace", path: "/trigger/with/respondWithin", value: "25s" }] },
    });
  if (own(params, "path") !== undefined && own(params, "secretPath") === true)
    report(context, "INVALID_VALUE", "/trigger/with/path", "A secret address has no path of its own.", {
      fix: { title: "Remove the path.", patch: [{ op: "remove", path: "/trigger/with/path" }] },
    });
}

function checkComputed(context: CheckContext, value: Json, path: string, expects: JsonSchema, visible: Visible): void {
  const vars = { trigger: visible.vars.trigger ?? true };
  checkValue(context, { value, path, expects, visible: { vars, steps: visible.steps }, node: undefined });
}

function checkConnectorTrigger(context: CheckContext, use: string, trigger: ReturnType<typeof asObject>): void {
  if (context.catalogue.contract === undefined && !use.startsWith("core/")) return;
  const found = findConnectorTrigger(context.catalogue, use);
  if (found.contract === undefined) {
    const core = TRIGGER_KINDS.map((kind) => kind.use).join(", ");
    const fix: Fix = found.near
      ? { title: `Did you mean "${found.near}"?`, patch: [{ op: "replace", path: "/trigger/use", value: found.near }] }
      : { title: `Install the connector, pick another of its triggers, or use one of: ${core}.` };
    report(context, "UNKNOWN_REFERENCE", "/trigger/use", `No installed connector has the trigger "${use}".`, { fix });
    return;
  }
  const { contract } = found;
  const path = trigger.with === undefined ? "/trigger" : "/trigger/with";
  const input = resolveReferences(selfContained(found.trigger.input, contract.schemas));
  context.diagnostics.push(...checkJson((trigger.with ?? {}) as Json, input, { path, defaults: true }));
  const { connection } = trigger;
  if (typeof connection !== "string") {
    if (!needsConnection(contract)) return;
    report(context, "MISSING_CONNECTION", "/trigger", `The trigger listens to ${contract.title}, which needs a connection.`, {
      fix: { title: `Choose or create a connection to ${contract.title}.` },
    });
  } else if (context.hasConnection !== undefined && !context.hasConnection(connection)) {
    const near = nearest(connection, context.connectionNames);
    const fix: Fix = near
      ? { title: `Did you mean "${near}"?`, patch: [{ op: "replace", path: "/trigger/connection", value: near }] }
      : { title: `Create the connection "${connection}", or choose another.` };
    const message = `The trigger uses the connection "${connection}", and there is none of that name.`;
    report(context, "CONNECTION_NOT_FOUND", "/trigger/connection", message, { fix });
  }
}

function zones(): readonly string[] {
  return ["UTC", ...Intl.supportedValuesOf("timeZone")];
}
