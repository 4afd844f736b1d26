// Pins: a vendor's scheme that is declared wrong, so that every delivery of that vendor is turned away.
import { expect, test } from "vitest";
import { parseWorkflow, SIGNATURE_SCHEMES, signatureScheme } from "../../src/index.ts";
import { workflowOf } from "../support/world.ts";

const hook = (params: object) => ({ ...workflowOf({}), trigger: { use: "webhook", with: params } });
const codes = (document: object) => parseWorkflow(document).diagnostics.map(({ code }) => code);

test("a scheme is found by its name, or is what the document spells out", () => {
  expect(signatureScheme("github")).toBe(SIGNATURE_SCHEMES.github);
  expect(signatureScheme("constructor")).toBeUndefined();
  expect(signatureScheme(undefined)).toBeUndefined();
  const own = { algorithm: "hmac-sha256", header: "x-sign", encoding: "hex" };
  expect(signatureScheme(own)).toBe(own);
});

test("every named scheme may stand in a document, also spelled out, and an unknown one or one without a body may not", () => {
  for (const [name, scheme] of Object.entries(SIGNATURE_SCHEMES)) {
    expect(codes(hook({ signature: name })), name).toEqual([]);
    expect(codes(hook({ signature: scheme })), name).toEqual([]);
  }
  expect(codes(hook({ signature: "gitbub" }))).not.toEqual([]);
  expect(
    codes(hook({ signature: { algorithm: "hmac-sha256", header: "x", encoding: "hex", content: "{timestamp}" } })),
  ).not.toEqual([]);
  expect(codes(hook({ signature: { algorithm: "md5", header: "x", encoding: "hex" } }))).not.toEqual([]);
});
