// Pins: an error that comes inside of a 200 and counts as success.
import type { CallResult, Json, Operation } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor, type Seen } from "./vendor.ts";

const query: Partial<Operation> = {
  effect: "read",
  request: { method: "POST", url: at("/graphql"), body: { query: "{ me { name } }" }, output: { $cel: "response.body.data" } },
  outcomes: [
    { when: { cel: "body.?errors[0].?extensions.?code.orValue('') == 'THROTTLED'" }, as: "throttled" },
    { when: { cel: "body.?errors[0].?extensions.?code.orValue('') == 'UNAUTHENTICATED'" }, as: "credential" },
    { when: { status: 200, cel: "has(body.errors)" }, as: "rejected", messageFrom: "/errors/0/message" },
    { when: { cel: "headers['content-type'].startsWith('text/html')" }, as: "transient", message: "A maintenance page." },
  ],
  retry: { backoff: "constant", initial: "1ms" },
};

async function ask(
  answer: (count: number) => Json,
  operation = query,
): Promise<{ readonly result: CallResult; readonly seen: readonly Seen[] }> {
  const vendor = await openVendor((_, count) => {
    const body = answer(count);
    return { body, ...(typeof body === "string" ? { headers: { "content-type": "text/html" } } : {}) };
  });
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contractOf({ query: operation }), vendor);
  onTestFinished(() => runtime.close());
  return { result: await runtime.call("vendor/query", { connection, input: {} }), seen: vendor.seen };
}

const error = (code: string, message = "no") => ({ data: null, errors: [{ message, extensions: { code } }] });

test("an error in the body is a failure with the vendor's message, and is not repeated", async () => {
  const { result, seen } = await ask(() => error("BAD_FIELD", "Field 'nane' does not exist"));
  expect(result).toMatchObject({
    outcome: "poison",
    error: { code: "CALL_REJECTED", status: 200, message: "Field 'nane' does not exist" },
  });
  expect(seen).toHaveLength(1);
});

test("what the body calls throttling is tried again until it passes", async () => {
  const { result, seen } = await ask((count) => (count < 3 ? error("THROTTLED") : { data: { me: { name: "Ada" } } }));
  expect(result).toMatchObject({ outcome: "success", output: { me: { name: "Ada" } }, meta: { attempts: 3 } });
  expect(seen).toHaveLength(3);
});

test("the same in a write that is not safe to repeat is sent once", async () => {
  const { result, seen } = await ask(() => error("THROTTLED"), { ...query, effect: "create", idempotency: "none" });
  expect(result).toMatchObject({ outcome: "sick", error: { code: "THROTTLED" } });
  expect(seen).toHaveLength(1);
});

test("a refused credential in the body is a fault", async () => {
  expect((await ask(() => error("UNAUTHENTICATED"))).result).toMatchObject({ outcome: "fault", error: { code: "AUTH_FAILED" } });
});

test("a page of HTML in place of an answer is an illness", async () => {
  const { result } = await ask((count) => (count === 1 ? "<h1>Back soon</h1>" : { data: { me: { name: "Ada" } } }));
  expect(result).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
});

test("a body without what the rules look for is a success", async () => {
  expect((await ask(() => ({ data: { me: { name: "Ada" } } }))).result).toMatchObject({ outcome: "success" });
});
