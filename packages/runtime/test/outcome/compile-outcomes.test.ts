// Pins: an outcome table whose rows are tried in the wrong order, or match what they should not.
import { expect, it } from "vitest";
import { answerMessage } from "../../src/outcome/answer-message.ts";
import { compileOutcomes, type Seen } from "../../src/outcome/compile-outcomes.ts";

const seen = (parts: Partial<Seen>): Seen => ({ headers: {}, body: null, saysWhen: false, ...parts });

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

it("finds the sentence that a person would read", () => {
  expect(answerMessage({ type: "x", title: "Bad", detail: "The e-mail is taken" })).toBe("The e-mail is taken");
  expect(answerMessage({ errors: [{ message: "first" }, { message: "second" }] })).toBe("first");
  expect(answerMessage({ error: { code: 3, message: "inner" } })).toBe("inner");
  expect(answerMessage("plain words")).toBe("plain words");
  expect(answerMessage("<html>busy</html>")).toBeUndefined();
  expect(answerMessage({ code: 3 })).toBeUndefined();
});
