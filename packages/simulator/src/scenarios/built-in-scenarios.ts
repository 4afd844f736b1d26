import type { Scenario, ScenarioEffect, ScenarioRule } from "./scenario.ts";

const scenario = (title: string, parts: Omit<Scenario, "format" | "title">): Scenario =>
  Object.freeze({ format: "mortise.scenario/1", title, ...parts });

/** One thing that is done once, after the first request went well. */
const once = (effect: ScenarioEffect, on?: ScenarioRule["on"]): readonly ScenarioRule[] => [
  { ...(on === undefined ? {} : { on }), when: { times: 1 }, do: effect },
];

const throttled = (tell: NonNullable<ScenarioEffect["throttle"]>["tell"]) => ({
  rules: once({ throttle: { after: "3s", ...(tell === undefined ? {} : { tell }) } }),
});

/** Scenarios by the name that `mortise simulate --scenario` and `createSimulator` know. */
export const BUILT_IN_SCENARIOS: { readonly [name: string]: Scenario } = Object.freeze({
  slow: scenario("Answers take 80 ms at the median, 2 s at the worst hundredth", {
    rules: [{ do: { latency: { lognormal: { median: "80ms", p99: "2s" } } } }],
  }),
  flaky: scenario("One request in five fails with 503", { rules: [{ when: { rate: 0.2 }, do: { answer: { status: 503 } } }] }),
  "error-500": scenario("The first request fails with 500", { rules: once({ answer: { status: 500 } }) }),
  outage: scenario("Nothing works for 30 s", { rules: [{ when: { for: "30s" }, do: { answer: { status: 503 } } }] }),
  throttled: scenario("429 once, told as the contract says", throttled(undefined)),
  "throttled-seconds": scenario("429 once, Retry-After in seconds", throttled("retry-after-seconds")),
  "throttled-date": scenario("429 once, Retry-After as a date", throttled("retry-after-date")),
  "throttled-delta": scenario("429 once, the reset as seconds from now", throttled("reset-delta")),
  "throttled-epoch": scenario("429 once, the reset as epoch seconds", throttled("reset-epoch")),
  limits: scenario("The contract's budgets are enforced", { limits: {} }),
  "expired-token": scenario("The token has ended once", { rules: once({ token: "expired" }) }),
  "revoked-token": scenario("The connection is taken back at the second request", {
    rules: [{ when: { after: 1, times: 1 }, do: { token: "revoked" } }],
  }),
  "short-tokens": scenario("Access tokens live for a minute", { tokens: { life: "1m" } }),
  "lost-page": scenario("The second page comes without its items", {
    rules: [{ on: { effects: ["read"] }, when: { after: 1, times: 1 }, do: { page: "lost" } }],
  }),
  "repeated-page": scenario("The second page is the first one again", {
    rules: [{ on: { effects: ["read"] }, when: { after: 1, times: 1 }, do: { page: "repeated" } }],
  }),
  "looping-page": scenario("The second page leads to itself", {
    rules: [{ on: { effects: ["read"] }, when: { after: 1 }, do: { page: "looping" } }],
  }),
  truncated: scenario("Every body ends in the middle", { rules: [{ do: { truncate: { at: 0.5 } } }] }),
  "truncated-quietly": scenario("Every body is half of what it should be, and its framing does not tell", {
    rules: [{ do: { truncate: { at: 0.5, framing: "whole" } } }],
  }),
  "slow-drip": scenario("Bodies come 16 bytes at a time, 200 ms apart", {
    rules: [{ do: { drip: { bytes: 16, every: "200ms" } } }],
  }),
  "reset-before": scenario("The connection breaks once before anything took effect", { rules: once({ reset: "before" }) }),
  "reset-after": scenario("The connection breaks once after it took effect", { rules: once({ reset: "after" }) }),
  "reset-body": scenario("The connection breaks once in the midst of an answer", { rules: once({ reset: "body" }) }),
  "false-success": scenario("200 with an error in it", { rules: [{ do: { falseSuccess: true } }] }),
  "clock-ahead": scenario("The vendor's clock is an hour ahead", { clock: { skew: "1h" } }),
  "clock-behind": scenario("The vendor's clock is an hour behind", { clock: { skew: "-1h" } }),
  "slow-jobs": scenario("Jobs are done at the fourth question", { jobs: { polls: 3 } }),
  "failing-jobs": scenario("Jobs end badly", { jobs: { fail: 1 } }),
  "lost-webhooks": scenario("Half of the deliveries are lost", { webhooks: { lost: 0.5 } }),
  "duplicate-webhooks": scenario("Every delivery comes twice", { webhooks: { duplicate: 1 } }),
  "late-webhooks": scenario("Deliveries come minutes late", {
    webhooks: { late: { rate: 1, by: { uniform: ["1m", "10m"] } } },
  }),
  "shuffled-webhooks": scenario("Deliveries come five at a time, in another order", { webhooks: { shuffle: 5 } }),
  "forged-webhooks": scenario("Half of the deliveries are signed with another secret", { webhooks: { forged: 0.5 } }),
  empty: scenario("Nothing exists that nobody created", { unknown: "notFound" }),
});
