// Pins: refresh tokens that die of idleness, and a herd of connections that are all renewed in one moment.
import type { OAuth2Scheme } from "@mortise/contract";
import { expect, test } from "vitest";
import { nextRefresh, renewalBefore } from "../../src/lifecycle/refresh-plan.ts";

const PERSON: OAuth2Scheme = { kind: "oauth2", grant: "authorization_code", tokenUrl: "https://id.example.com/token" };
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const due = (endsAtMs: number | undefined, refreshEndsAtMs?: number, idle?: string) => {
  const scheme: OAuth2Scheme = idle === undefined ? PERSON : { ...PERSON, expiry: { from: "expires_in", idle } };
  return nextRefresh(scheme, { startsAtMs: 1_000, endsAtMs, refreshEndsAtMs }, () => 0) - 1_000;
};

test("a renewal is due at four fifths of whatever ends first, and within a day where idleness is not declared", () => {
  expect(due(1_000 + HOUR)).toBe(0.8 * HOUR);
  expect(due(1_000 + 30 * DAY)).toBe(DAY);
  expect(due(undefined)).toBe(DAY);
  expect(due(1_000 + 30 * DAY, 1_000 + 10 * HOUR)).toBe(8 * HOUR);
  expect(due(1_000 + 30 * DAY, undefined, "5d")).toBe(4 * DAY);
  expect(due(undefined, undefined, "10h")).toBe(8 * HOUR);
});

test("renewals of one moment are spread over a tenth of the time", () => {
  const at = (chance: number) => nextRefresh(PERSON, { startsAtMs: 0, endsAtMs: HOUR, refreshEndsAtMs: undefined }, () => chance);
  expect([at(0), at(0.5), at(1)]).toEqual([0.8, 0.76, 0.72].map((part) => part * HOUR));
});

test("before use a token is renewed by the contract's margin, and by a fifth of its life at most", () => {
  expect(renewalBefore(PERSON, 0, HOUR)).toBe(HOUR - 60_000);
  expect(renewalBefore({ ...PERSON, margin: "15m" }, 0, HOUR)).toBe(HOUR - HOUR / 5);
  expect(renewalBefore({ ...PERSON, margin: "30s" }, 0, HOUR)).toBe(HOUR - 30_000);
  expect(renewalBefore(PERSON, 0, 30_000)).toBe(24_000);
});
