// Pins: an outcome table whose rows are tried in the wrong order, or match what they should not.
import { expect, it } from "vitest";
import { answerMessage } from "../../src/outcome/answer-message.ts";
import { compileOutcomes, type Seen } from "../../src/outcome/compile-outcomes.ts";

const seen = (parts: Partial<Seen>): Seen => ({ headers: {}, body: null, saysWhen: false, nowMs: 0, ...parts });

it("takes the first row whose conditions all hold, then the defaults", () => {
  const classify = compileOutcomes([
    { when: { status: 200, cel: "body.ok == false" }, as: "rejected", messageFrom: "/error" },
    { when: { status: [404, "5xx"], cel: "headers['x-kind'] == 'gone'" }, as: "notFound", message: "gone" },
    { when: { status: "4xx" }, as: "conflict" },
    { when: { code: ["23*", "08006"] }, as: "transient" },
  ]);
  expect(classify(seen({ status: 200, body: { ok: false, error: "nope" } }))).toEqual({ as: "rejected", message: "nope" });
  expect(classify(seen({ status: 200, body: { ok: true } }))).toEqual({ as: "success" });
  expect(classify(seen({ status: 200, body: "text" }))).toEqual({ as: "success" });
  expect(classify(seen({ status: 503, headers: { "x-kind": "gone" } }))).toEqual({ as: "notFound", message: "gone" });
  expect(classify(seen({ status: 503 }))).toEqual({ as: "transient" });
  expect(classify(seen({ status: 404 }))).toEqual({ as: "conflict" });
  expect(classify(seen({ code: "23505" }))).toEqual({ as: "transient" });
  expect(classify(seen({ code: "42601" }))).toBeUndefined();
  expect(classify(seen({ code: "ECONNRESET" }))).toEqual({ as: "transient" });
});

it("takes a 403 that says when to come back for a rate limit", () => {
  const classify = compileOutcomes([]);
  expect(classify(seen({ status: 403, saysWhen: true }))).toEqual({ as: "throttled" });
  expect(classify(seen({ status: 403 }))).toEqual({ as: "credential" });
});

it("matches headers that are there with a text in them, in any case, and all conditions at once", () => {
  const classify = compileOutcomes([
    { when: { headers: { "X-Kind": "quota", "x-any": "" } }, as: "throttled" },
    { when: { status: 200, headers: { "content-type": "problem+json" } }, as: "rejected" },
  ]);
  expect(classify(seen({ status: 400, headers: { "x-kind": "Daily QUOTA reached", "x-any": "1" } }))).toEqual({
    as: "throttled",
  });
  expect(classify(seen({ status: 400, headers: { "x-kind": "Daily QUOTA reached" } }))).toEqual({ as: "rejected" });
  expect(classify(seen({ status: 200, headers: { "content-type": "application/problem+json" } }))).toEqual({ as: "rejected" });
  expect(classify(seen({ status: 200, headers: {} }))).toEqual({ as: "success" });
});

it("says how long to wait where the rule names a place, and nothing where that holds junk", () => {
  const retryAfter = { body: "/error", pattern: "retry in ([0-9]+) s", as: "delta_s" } as const;
  const classify = compileOutcomes([{ when: { cel: "has(body.error)" }, as: "throttled", retryAfter }]);
  expect(classify(seen({ status: 200, body: { error: "busy, retry in 7 s" } }))).toEqual({ as: "throttled", waitMs: 7_000 });
  expect(classify(seen({ status: 200, body: { error: "busy" } }))).toEqual({ as: "throttled" });
});

it("makes the output of a success that only the rule knows", () => {
  const classify = compileOutcomes([{ when: { status: 404 }, as: "success", output: { found: false } }]);
  const found = classify(seen({ status: 404 }));
  expect(found).toMatchObject({ as: "success" });
  expect(found?.output?.evaluate({})).toEqual({ found: false });
});

it("refuses a pattern that could take exponential time", () => {
  const retryAfter = { body: "", pattern: "(a)\\1", as: "delta_s" } as const;
  expect(() => compileOutcomes([{ when: { status: 429 }, as: "throttled", retryAfter }])).toThrow(
    expect.objectContaining({ code: "INVALID_VALUE" }),
  );
});

it("finds the sentence that a person would read", () => {
  expect(answerMessage({ type: "x", title: "Bad", detail: "The e-mail is taken" })).toBe("The e-mail is taken");
  expect(answerMessage({ errors: [{ message: "first" }, { message: "second" }] })).toBe("first");
  expect(answerMessage({ error: { code: 3, message: "inner" } })).toBe("inner");
  expect(answerMessage("plain words")).toBe("plain words");
  expect(answerMessage("<html>busy</html>")).toBeUndefined();
  expect(answerMessage({ code: 3 })).toBeUndefined();
});
