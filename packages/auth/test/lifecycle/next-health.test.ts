// Pins: a state that needs its owner and is papered over by a call that still works, or one that nothing can end.
import { expect, test } from "vitest";
import { type ConnectionHealth, type ConnectionState, type HealthFinding, nextHealth, stateAt } from "../../src/index.ts";

const token = { code: "invalid_grant", message: "m", from: "token" } as const;
const call = { code: "AUTH_FAILED", message: "m", from: "call" } as const;
const STATES: { readonly [name: string]: ConnectionHealth } = {
  unknown: { state: "unknown", sinceMs: 1 },
  ok: { state: "ok", sinceMs: 1 },
  refreshing: { state: "refreshing", sinceMs: 1 },
  "degraded by token": { state: "degraded", reason: token, sinceMs: 1 },
  "degraded by call": { state: "degraded", reason: call, sinceMs: 1 },
  "needs_reauth by token": { state: "needs_reauth", reason: token, sinceMs: 1 },
  "needs_reauth by call": { state: "needs_reauth", reason: call, sinceMs: 1 },
};
const FINDINGS: readonly HealthFinding[] = [
  { kind: "token_renewing" },
  { kind: "token_ok", life: {} },
  { kind: "token_delayed", reason: token },
  { kind: "token_refused", state: "revoked", reason: token },
  { kind: "call_ok" },
  { kind: "call_delayed", reason: call },
  { kind: "call_refused", state: "misconfigured", reason: call },
  { kind: "replaced" },
];
/** A row a state; a column a finding, in the order above. */
const TABLE: { readonly [name: string]: readonly ConnectionState[] } = {
  unknown: ["refreshing", "ok", "degraded", "revoked", "ok", "degraded", "misconfigured", "unknown"],
  ok: ["refreshing", "ok", "degraded", "revoked", "ok", "degraded", "misconfigured", "unknown"],
  refreshing: ["refreshing", "ok", "degraded", "revoked", "refreshing", "degraded", "misconfigured", "unknown"],
  "degraded by token": ["refreshing", "ok", "degraded", "revoked", "degraded", "degraded", "misconfigured", "unknown"],
  "degraded by call": ["refreshing", "degraded", "degraded", "revoked", "ok", "degraded", "misconfigured", "unknown"],
  "needs_reauth by token": [
    "needs_reauth",
    "ok",
    "needs_reauth",
    "revoked",
    "needs_reauth",
    "needs_reauth",
    "needs_reauth",
    "unknown",
  ],
  "needs_reauth by call": [
    "needs_reauth",
    "needs_reauth",
    "needs_reauth",
    "revoked",
    "ok",
    "needs_reauth",
    "needs_reauth",
    "unknown",
  ],
};

test.each(Object.entries(STATES))("what each finding makes of %s", (name, before) => {
  expect(FINDINGS.map((finding) => nextHealth(before, finding, 2).state)).toEqual(TABLE[name]);
});

test("a state's beginning stays while it lasts, and success is dated", () => {
  const ok = nextHealth({ state: "ok", sinceMs: 1 }, { kind: "call_ok" }, 9);
  expect(ok).toEqual({ state: "ok", sinceMs: 1, lastSuccessMs: 9 });
  expect(nextHealth(ok, { kind: "token_delayed", reason: token }, 12)).toMatchObject({ sinceMs: 12, lastSuccessMs: 9 });
});

test("time alone makes a connection expire, where nothing renews it or its refresh token ends", () => {
  const ok = { state: "ok", sinceMs: 0, lastSuccessMs: 0 } as const;
  expect([799, 800].map((nowMs) => stateAt({ ...ok, expiresAtMs: 1_000 }, nowMs))).toEqual(["ok", "expiring"]);
  expect(stateAt({ ...ok, expiresAtMs: 1_000, nextRefreshMs: 800 }, 900)).toBe("ok");
  expect(stateAt({ ...ok, expiresAtMs: 1_000, nextRefreshMs: 800, refreshExpiresAtMs: 1_100 }, 900)).toBe("expiring");
  expect(stateAt({ ...ok, state: "revoked", expiresAtMs: 1_000 }, 900)).toBe("revoked");
});
