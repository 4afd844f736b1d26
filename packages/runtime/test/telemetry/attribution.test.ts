// Pins: an error budget that burns for what somebody else did, or that does not burn for what this deployment did.
import { CATALOGUE, type ErrorCode } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../src/outcome/outcome-of.ts";
import { ATTRIBUTIONS, type Attribution, attributionOf } from "../../src/telemetry/attribution.ts";

const CODES = Object.keys(CATALOGUE) as readonly ErrorCode[];
const of = (code: ErrorCode): Attribution => attributionOf(outcomeOf(code), code);

/** What every deployment's objective rests on: codes whose attribution no change may move by accident. */
const SETTLED: { readonly [attribution in Exclude<Attribution, "ok">]: readonly ErrorCode[] } = {
  caller_error: [
    "INVALID_INPUT",
    "CALL_REJECTED",
    "NOT_FOUND",
    "CONFLICT",
    "AUTH_FAILED",
    "MISCONFIGURED",
    "MISSING_CONNECTION",
    "CONNECTION_NOT_FOUND",
    "CONNECTOR_NOT_FOUND",
    "UNKNOWN_OPERATION",
    "EXPRESSION_FAILED",
    "EXPRESSION_LIMIT",
    "CALL_CANCELLED",
    "LIMIT_EXCEEDED",
    "FILE_NOT_FOUND",
    "FILE_MALFORMED",
    "STREAM_CHANGED",
  ],
  vendor_error: [
    "TARGET_SICK",
    "THROTTLED",
    "DEADLINE_EXCEEDED",
    "JOB_TIMEOUT",
    "RETRY_BUDGET_EXHAUSTED",
    "INVALID_OUTPUT",
    "CODE_FAILED",
    "CODE_TIMEOUT",
    "MIGRATION_FAILED",
  ],
  platform_error: ["INTERNAL", "DATABASE_UNAVAILABLE", "VAULT_UNAVAILABLE", "VAULT_KEY_REFUSED", "SECRET_TAMPERED"],
  policy_denied: ["NOT_ALLOWED", "EGRESS_DENIED", "FILE_NOT_ALLOWED", "CONNECTOR_NOT_TRUSTED", "CONNECTION_PAUSED"],
  shed: ["OVERLOADED"],
  unknown: ["UNKNOWN_OUTCOME"],
};

describe("the attribution of a call", () => {
  it("is ok for every success, and unknown for every write without an answer, whatever the code", () => {
    for (const code of [undefined, ...CODES]) {
      expect(attributionOf("success", code)).toBe("ok");
      expect(attributionOf("unknown", code)).toBe("unknown");
    }
  });

  it.each(Object.entries(SETTLED))("is %s for the codes that are settled as that", (attribution, codes) => {
    expect(Object.fromEntries(codes.map((code) => [code, of(code)]))).toEqual(
      Object.fromEntries(codes.map((code) => [code, attribution])),
    );
  });

  it("of every code in the catalogue is one of the closed set, and never ok", () => {
    for (const code of CODES) expect(ATTRIBUTIONS.slice(1), code).toContain(of(code));
  });

  it("blames the platform for what its own catalogue calls Mortise's mistake, and the vendor for what the vendor has to mend", () => {
    for (const code of CODES) {
      const { who } = CATALOGUE[code];
      if (who === "mortise") expect(of(code), code).toBe("platform_error");
      if (who === "vendor") expect(of(code), code).toBe("vendor_error");
    }
  });

  it("of a failure without a code, or with one that nobody knows, is the platform's", () => {
    expect(attributionOf("sick")).toBe("platform_error");
    expect(attributionOf("poison", "NO_SUCH_CODE")).toBe("platform_error");
    expect(attributionOf("fault", "toString")).toBe("platform_error");
  });
});
