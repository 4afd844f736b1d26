// Pins: a login that is made for every call, or not again after the session has ended.
import { expect, onTestFinished, test } from "vitest";
import { type Answer, at, connect, contractOf, openVendor } from "./vendor.ts";

test("a login gives a token that calls carry until it is refused, then it is made again", async () => {
  let session = 0;
  const vendor = await openVendor(({ path, headers }): Answer => {
    if (path === "/login") return { body: { data: { session: `session-${++session}` } } };
    return headers["x-session"] === `session-${session}` ? { body: { ok: true } } : { status: 401 };
  });
  onTestFinished(vendor.close);
  const contract = contractOf(
    { whoAmI: { request: { method: "GET", url: at("/me") } } },
    {
      auth: {
        login: {
          kind: "session",
          fields: {
            type: "object",
            required: ["user", "secret"],
            properties: { user: { type: "string" }, secret: { type: "string", "x-secret": true } },
          },
          login: {
            method: "POST",
            url: "{settings.baseUrl}/login",
            body: { name: { $cel: "credential.user" }, key: { $text: "${credential.secret}" } },
          },
          token: { body: "/data/session" },
          ttl: "1h",
          apply: { in: "header", name: "X-Session" },
          test: { operation: "whoAmI" },
        },
      },
    },
  );
  const { runtime, connection } = connect(contract, vendor, { connection: { credential: { user: "ada", secret: "pa55-word" } } });
  onTestFinished(() => runtime.close());
  const call = () => runtime.call("vendor/whoAmI", { connection, input: {} });
  expect((await Promise.all([call(), call()])).map(({ outcome }) => outcome)).toEqual(["success", "success"]);
  const logins = () => vendor.seen.filter(({ path }) => path === "/login");
  expect(logins().map(({ body }) => body.toString())).toEqual(['{"name":"ada","key":"pa55-word"}']);

  session = 41;
  expect(await call()).toMatchObject({ outcome: "success", meta: { attempts: 2 } });
  expect(vendor.seen.at(-1)?.headers["x-session"]).toBe("session-42");
  expect(logins()).toHaveLength(2);
});
