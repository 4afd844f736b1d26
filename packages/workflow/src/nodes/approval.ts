import type { Json, JsonObject } from "@mortise/contract";
import { parseDuration } from "@mortise/contract";
import { decide, type Vote, votesOf } from "./approval-decision.ts";
import { approvalParams } from "./approval-params.ts";
import type { CoreNode, DurableResult } from "./core-node.ts";
import { checkDurations, durationOf } from "./duration-param.ts";
import { TASK_SCOPE, tellPeople } from "./task-notice.ts";
import { closeWait, lookAt, openWait } from "./wait-for-answer.ts";

const EXPIRES = "7d";

/** Asks people whether the run may go on. */
export const approval: CoreNode = {
  spec: {
    use: "core/approval",
    title: "Approval",
    description:
      "Asks people whether the run may go on: as many consents as are needed approve, a veto or too many refusals reject. Nobody decides in time: expired.",
    group: "flow",
    params: approvalParams(EXPIRES),
    outlets: ["approved", "rejected", "expired"],
  },

  values: (params) => [
    { path: ["title"], expects: { type: "string" } },
    ...("description" in params ? [{ path: ["description"], expects: { type: "string" } as const }] : []),
    ...("details" in params ? [{ path: ["details"], expects: true }] : []),
  ],

  bodies: (params) => ("notify" in params ? [{ slot: "notify", scope: { task: TASK_SCOPE } }] : []),

  check: (params) => [
    ...checkDurations(params, {
      expires: { most: "366d" },
      remindEvery: { most: "366d", least: "1m" },
      escalateAfter: { most: "366d", least: "1m" },
    }),
    ...tooMany(params),
  ],

  traits: (params) => ({
    waits: parseDuration(String(params.expires ?? EXPIRES)) ?? 0,
    expiry: "expires",
    sinks: { title: "person", description: "person", details: "person" },
  }),

  output: () => ({
    type: "object",
    properties: {
      decision: { type: "string", enum: ["approved", "rejected", "expired"] },
      votes: { type: "array", items: VOTE },
    },
    required: ["decision", "votes"],
    additionalProperties: false,
  }),

  behaviour: {
    kind: "durable",
    compile: (params) => {
      const { people = [], needed = 1, veto = false, reasonNeeded = false, escalateTo = [] } = params.with;
      const [asked, more] = [people, escalateTo] as readonly [readonly string[], readonly string[]];
      const title = params.value("title");
      const optional = (["description", "details"] as const)
        .filter((key) => key in params.with)
        .map((key) => [key, params.value(key)] as const);
      const expiresInMs = durationOf(params.with, "expires", EXPIRES);
      const every = "remindEvery" in params.with ? durationOf(params.with, "remindEvery", "1d") : undefined;
      const escalateMs = more.length > 0 ? durationOf(params.with, "escalateAfter", "1d") : undefined;
      return async (tools): Promise<DurableResult> => {
        const scope = tools.scope();
        const heading = String(title.evaluate(scope));
        const shown = Object.fromEntries(optional.map(([key, value]) => [key, value.evaluate(scope)])) as JsonObject;
        const task = {
          title: heading,
          ...shown,
          people: asked,
          needed: Number(needed),
          veto: veto === true,
          reasonNeeded: reasonNeeded === true,
        };
        if (tools.place.dryRun) return end("approved", []);
        const wait = await openWait(tools, { kind: "approval", task, expiresInMs });
        let told = 0;
        const tell = (kind: "opened" | "reminder" | "escalation", who: readonly string[]) =>
          tellPeople(tools, wait, { kind, title: heading, people: who }, ++told);
        let failed = await tell("opened", asked);
        let everybody = asked;
        let remindAt = every === undefined ? undefined : wait.openedAtMs + every;
        let escalateAt = escalateMs === undefined ? undefined : wait.openedAtMs + escalateMs;
        while (failed === undefined) {
          const { answers, nowMs } = await lookAt(tools, wait);
          const decision = decide(votesOf(answers), rulesOf(everybody, task));
          if (decision || nowMs >= wait.expiresAtMs) {
            const outcome = decision === undefined ? "expired" : decision.approved ? "approved" : "rejected";
            await closeWait(tools, wait, outcome);
            return end(outcome, decision?.votes ?? votesOf(answers));
          }
          if (escalateAt !== undefined && nowMs >= escalateAt) {
            escalateAt = undefined;
            everybody = [...new Set([...everybody, ...more])];
            const { waits } = tools;
            await tools.step("ask", async () => {
              await waits.addPeople(wait.id, more);
              return null;
            });
            failed = await tell("escalation", more);
          } else if (remindAt !== undefined && every !== undefined && nowMs >= remindAt) {
            remindAt += Math.max(1, Math.ceil((nowMs - remindAt + 1) / every)) * every;
            failed = await tell("reminder", everybody);
          } else {
            await tools.until({
              atMs: Math.min(wait.expiresAtMs, remindAt ?? Infinity, escalateAt ?? Infinity),
              waits: [wait.id],
            });
          }
        }
        await closeWait(tools, wait, "failed");
        return { error: failed };
      };
    },
  },
};

const VOTE = {
  type: "object",
  properties: {
    by: { type: "string" },
    approved: { type: "boolean" },
    reason: { type: "string" },
    at: { type: "string", format: "date-time" },
  },
  required: ["by", "approved", "at"],
  additionalProperties: false,
} as const;

function end(decision: "approved" | "rejected" | "expired", votes: readonly Vote[]) {
  return { output: { decision, votes } as unknown as Json, outlet: decision };
}

/** How many may vote is known where no role is asked, and not everybody. */
function rulesOf(people: readonly string[], { needed, veto }: { readonly needed: number; readonly veto: boolean }) {
  const open = people.length === 0 || people.some((each) => each.startsWith("role:"));
  return { needed, veto, ...(open ? {} : { voters: people.length }) };
}

function tooMany({ people, escalateTo, needed }: JsonObject) {
  const asked = [...new Set([...((people ?? []) as readonly string[]), ...((escalateTo ?? []) as readonly string[])])];
  const known = asked.length > 0 && !asked.some((each) => each.startsWith("role:"));
  if (!known || typeof needed !== "number" || needed <= asked.length) return [];
  const message = `${needed} consents are needed, and ${asked.length === 1 ? "one person is" : `${asked.length} people are`} asked.`;
  return [
    {
      code: "INVALID_VALUE",
      severity: "error",
      path: "/needed",
      message,
      fix: { title: "Ask more people, or need fewer consents." },
    },
  ] as const;
}
