// Pins: an outcome rule that matches or says something else than its builder reads.
import { expect, it } from "vitest";
import { on } from "../src/index.ts";

it.each([
  [on(409).conflict("There is one"), { when: { status: 409 }, as: "conflict", message: "There is one" }],
  [on("5xx").transient(), { when: { status: "5xx" }, as: "transient" }],
  [on([404, 410]).success(), { when: { status: [404, 410] }, as: "success" }],
  [
    on({ code: "23*" }).invalidInput({ message: "Bad", path: "/detail" }),
    { when: { code: "23*" }, as: "invalidInput", message: "Bad", messageFrom: "/detail" },
  ],
  [
    on({ status: 200, cel: "body.ok == false" }).rejected({ path: "/error" }),
    { when: { status: 200, cel: "body.ok == false" }, as: "rejected", messageFrom: "/error" },
  ],
])("on(…) writes %j", (rule, data) => {
  expect(rule).toEqual(data);
});
