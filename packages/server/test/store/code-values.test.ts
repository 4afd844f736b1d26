// Pins: values of code that are lost or seen by another tenant, a put that overtakes another one, and room that is given twice.
import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeValues } from "../../src/store/code-values.ts";
import { type VaultDatabase, vaultDatabase } from "../support/vault-database.ts";

let database: VaultDatabase;
let places = 0;
beforeAll(async () => {
  database = await vaultDatabase();
});
afterAll(() => database.close());

const fresh = () => ({ tenant: `tenant-${++places}`, connector: "crm", connection: "main" });
const put = (key: string, value: unknown, expectVersion?: number) =>
  ({ key, value, maxBytes: 1_000, ...(expectVersion === undefined ? {} : { expectVersion }) }) as never;

test("what was put is there for another process, and for no other place", async () => {
  const place = fresh();
  expect(await new CodeValues(database.db).put(place, put("a", { at: [1, null] }))).toBe(1);
  const other = new CodeValues(database.db);
  expect(await other.get(place, "a")).toEqual({ value: { at: [1, null] }, version: 1 });
  for (const elsewhere of [fresh(), { ...place, connector: "desk" }, { ...place, connection: "" }])
    expect(await other.get(elsewhere, "a")).toBeUndefined();
});

test("of puts that expect the same version one goes through, in whatever process (V1)", async () => {
  const place = fresh();
  const stores = Array.from({ length: 4 }, () => new CodeValues(database.db));
  const results = await Promise.all(stores.flatMap((store) => [1, 2, 3].map((n) => store.put(place, put("a", n, 0)))));
  expect(results.filter((result) => result === 1)).toHaveLength(1);
  expect(results.filter((result) => result === "conflict")).toHaveLength(11);
});

test("room is given once (V1), and a version never again (V2)", async () => {
  const place = fresh();
  const store = new CodeValues(database.db);
  const large = "x".repeat(600);
  const results = await Promise.all(["a", "b"].map((key) => store.put(place, put(key, large))));
  expect([...results].sort()).toEqual([1, "full"]);
  const key = results[0] === 1 ? "a" : "b";
  expect(await store.put(place, put(key, null))).toBe(2);
  expect(await store.get(place, key)).toBeUndefined();
  expect(await store.put(place, put(key, 1, 0))).toBe(3);
});
