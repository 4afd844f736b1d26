// Pins: a credential sent to an operation that does not accept it, and a choice of schemes that nobody understands.
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = contractOf(
  {
    listDeals: { request: { method: "GET", url: at("/deals") } },
    listUsers: { auth: ["admin", "both"], request: { method: "GET", url: at("/users") } },
    status: { auth: [], request: { method: "GET", url: at("/status") } },
  },
  {
    auth: {
      key: { kind: "apiKey", title: "A key", in: "header", name: "X-Key", test: { operation: "listDeals" } },
      admin: { kind: "bearer", title: "An administrator's token", test: { operation: "listUsers" } },
      both: {
        kind: "all",
        of: [{ kind: "apiKey", in: "query", name: "app", field: "appKey" }, { kind: "basic" }],
        test: { operation: "listUsers" },
      },
    },
  },
);

async function open(auth: string | undefined, credential: { readonly [field: string]: string }) {
  const vendor = await openVendor(() => ({ body: [] }));
  onTestFinished(vendor.close);
  const parts = { ...(auth === undefined ? {} : { auth }), credential };
  const { runtime, connection } = connect(contract, vendor, { connection: parts });
  onTestFinished(() => runtime.close());
  return { vendor, call: (name: string) => runtime.call(`vendor/${name}`, { connection, input: {} }), runtime };
}

test("a connection signs in with the scheme that it chose", async () => {
  const { vendor, call } = await open("admin", { token: "admin-token" });
  expect(await call("listDeals")).toMatchObject({ outcome: "success" });
  expect(await call("listUsers")).toMatchObject({ outcome: "success" });
  expect(vendor.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer admin-token", "Bearer admin-token"]);
  expect(vendor.seen.map(({ headers }) => headers["x-key"])).toEqual([undefined, undefined]);
});

test("several schemes at once are sent together", async () => {
  const { vendor, call } = await open("both", { appKey: "app-key-1", username: "ada", password: "pa55-word" });
  expect(await call("listUsers")).toMatchObject({ outcome: "success" });
  expect(vendor.seen[0]).toMatchObject({
    target: "/users?app=app-key-1",
    headers: { authorization: `Basic ${btoa("ada:pa55-word")}` },
  });
});

test("an operation that does not accept the connection's scheme says which it accepts, and nothing is sent", async () => {
  const { vendor, call } = await open("key", { apiKey: "key-1" });
  expect(await call("listUsers")).toMatchObject({
    outcome: "fault",
    error: {
      code: "MISCONFIGURED",
      message: `The connection "main" signs in with "key" (A key); the operation accepts "admin" (An administrator's token), "both".`,
    },
  });
  expect(vendor.seen).toEqual([]);
});

test("an operation that accepts none gets no credential, and needs no connection with one", async () => {
  const { vendor, call } = await open("key", { apiKey: "key-1" });
  expect(await call("status")).toMatchObject({ outcome: "success" });
  expect(vendor.seen[0]?.headers).not.toHaveProperty("x-key");
  const without = await open(undefined, {});
  expect(await without.call("status")).toMatchObject({ outcome: "success" });
  expect(await without.call("listDeals")).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
});

test("a choice that the connection does not make, or that there is not, is a fault that names the choices", async () => {
  const { call } = await open(undefined, { token: "admin-token" });
  expect(await call("listDeals")).toMatchObject({ error: { message: expect.stringContaining("key, admin, both") } });
  const wrong = await open("oauth", { token: "admin-token" });
  expect(await wrong.call("listDeals")).toMatchObject({ error: { message: expect.stringContaining('"oauth"') } });
});
