// Pins: a caller's mistake, a token endpoint or an impatient caller that is taken for an illness of the system that was called.
import { MortiseError } from "@mortise/contract";
import { expect, it } from "vitest";
import { failureKind } from "../../src/breaker/failure-kind.ts";
import { CallFailure, type FailureFacts } from "../../src/outcome/call-failure.ts";

const failure = (facts: Partial<FailureFacts>, error: MortiseError = new MortiseError("TARGET_SICK", "sick")): CallFailure =>
  new CallFailure(error, { as: "transient", reach: "answered", throttling: false, ...facts });
const native = (nativeCode: string): MortiseError => new MortiseError("TARGET_SICK", "gone", { nativeCode });

it.each([
  ["a server's error", failure({ status: 500 }), "failed"],
  ["a gateway's error", failure({ status: 502 }), "failed"],
  ["an overload", failure({ status: 503, throttling: true }), "failed"],
  ["an overload that the contract calls a rate limit", failure({ as: "throttled", status: 503, throttling: true }), "failed"],
  ["an error in a 200", failure({ status: 200 }), "failed"],
  ["no answer", failure({ reach: "sent" }), "failed"],
  ["nobody who takes the connection", failure({ reach: "unsent" }), "unreachable"],
  ["a driver that found nobody", failure({ reach: "sent" }, native("ECONNREFUSED")), "unreachable"],
  ["a name that is not there", failure({ reach: "sent" }, native("ENOTFOUND")), "unreachable"],
  ["a cut connection", failure({ reach: "sent" }, native("ECONNRESET")), "failed"],
  ["a rate limit", failure({ as: "throttled", status: 429, throttling: true }), "turned-away"],
  ["a 408", failure({ status: 408 }), "refused"],
  ["a wrong input", failure({ as: "invalidInput", status: 422 }), "well"],
  ["a credential that is not accepted", failure({ as: "credential", status: 401 }), "well"],
  ["a token that could not be fetched", failure({ reach: "unsent", ofToken: true }), "none"],
  ["a caller who gave up", failure({ reach: "sent" }, new MortiseError("CALL_CANCELLED", "gone")), "none"],
  ["a write that its deadline cut off", failure({ reach: "sent" }, new MortiseError("DEADLINE_EXCEEDED", "late")), "cut-off"],
  ["a read that its deadline cut off", new MortiseError("DEADLINE_EXCEEDED", "late"), "cut-off"],
  ["a place that is not allowed", new MortiseError("EGRESS_DENIED", "no"), "none"],
  ["a mistake of ours", new TypeError("undefined is not a function"), "none"],
])("%s", (_, error, kind) => {
  expect(failureKind(error)).toBe(kind);
});
