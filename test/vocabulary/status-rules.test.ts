// Pins: a status that means something else at this vendor than in RFC 9110, and is not heard.
import type { CallResult, OutcomeRule } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

const outcomes: readonly OutcomeRule[] = [
  {
    when: { status: 404, headers: { "X-Error-Code": "unknown-user" } },
    as: "success",
    output: { user: null, asked: { $cel: "input.id" } },
  },
  { when: { status: 400, headers: { "x-error-code": "" } }, as: "conflict", messageFrom: "/error/text" },
  { when: { status: [402, "5xx"] }, as: "configuration", message: "The plan has run out." },
  { when: { status: 403 }, as: "throttled" },
];

async function ask(answer: Answer): Promise<{ readonly result: CallResult; readonly requests: number }> {
  const vendor = await openVendor(() => answer);
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(
    contractOf({
      getUser: {
        input: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
        request: { method: "GET", url: at("/users/${input.id}"), output: { user: { $cel: "response.body" } } },
        outcomes,
        maxAttempts: 2,
        retry: { backoff: "constant", initial: "1ms" },
      },
    }),
    vendor,
  );
  onTestFinished(() => runtime.close());
  return { result: await runtime.call("vendor/getUser", { connection, input: { id: "7" } }), requests: vendor.seen.length };
}

test("a 404 that only says that there is no such user is a success with an output of its own", async () => {
  const { result } = await ask({ status: 404, headers: { "x-error-code": "E-Unknown-User" }, body: {} });
  expect(result).toMatchObject({ outcome: "success", output: { user: null, asked: "7" } });
});

test("without the header the rule does not hold, and the status means what it means", async () => {
  const { result } = await ask({ status: 404, body: { message: "no route" } });
  expect(result).toMatchObject({ outcome: "poison", error: { code: "NOT_FOUND", message: expect.stringContaining("no route") } });
});

test("a header may only have to be there, and the message comes from where the rule says", async () => {
  const { result } = await ask({ status: 400, headers: { "x-error-code": "17" }, body: { error: { text: "stale version" } } });
  expect(result).toMatchObject({ outcome: "poison", error: { code: "CONFLICT", message: "stale version", status: 400 } });
});

test("a list may name a status and a class; a 502 that is no illness is not repeated", async () => {
  for (const status of [402, 502]) {
    const { result, requests } = await ask({ status });
    expect(result).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED", message: "The plan has run out." } });
    expect(requests).toBe(1);
  }
});

test("a class that may pass is tried again", async () => {
  const { result, requests } = await ask({ status: 403 });
  expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED", status: 403 } });
  expect(requests).toBe(2);
});

test("what no rule names has its usual meaning", async () => {
  expect((await ask({ body: { name: "Ada" } })).result).toMatchObject({ outcome: "success", output: { user: { name: "Ada" } } });
  expect((await ask({ status: 409 })).result).toMatchObject({ error: { code: "CONFLICT" } });
});
