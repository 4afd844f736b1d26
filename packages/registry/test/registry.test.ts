// Pins: a workflow that gets another version than it names, and a released version that changes.
import type { Contract } from "@mortise/contract";
import { describe, expect, it } from "vitest";
import { createRegistry, parseRef, parseUse } from "../src/index.ts";

function connector(name: string, version: string, operations: readonly string[] = ["get"], title = name) {
  const operation = {
    title: "Get",
    effect: "read",
    idempotency: "natural",
    scopes: [],
    input: { type: "object" },
    output: { type: "object" },
    identity: [],
    request: { method: "GET", url: "/" },
    outcomes: [],
    examples: [],
  } as const;
  const contract: Contract = {
    format: "mortise.contract/1",
    name,
    version,
    title,
    publisher: "acme",
    hosts: ["a.example"],
    auth: {},
    budgets: {},
    operations: Object.fromEntries(operations.map((each) => [each, operation])),
  };
  return { contract };
}

const registry = createRegistry([
  connector("acme-crm", "1.2.0", ["createContact", "findCompany"]),
  connector("acme-crm", "1.10.1", ["createContact", "findCompany", "toString2"]),
  connector("acme-crm", "2.0.0", ["createPerson"]),
  connector("acme-crm", "3.0.0-beta.1", ["createPerson"]),
  connector("http", "1.0.0", ["get", "post"]),
  connector("next", "1.0.0-rc.1"),
]);

describe("createRegistry", () => {
  it.each([
    ["acme-crm", "2.0.0"],
    ["acme-crm@1", "1.10.1"],
    ["acme-crm@1.2", "1.2.0"],
    ["acme-crm@1.2.0", "1.2.0"],
    ["acme-crm@3.0.0-beta.1", "3.0.0-beta.1"],
    ["next", "1.0.0-rc.1"],
    ["acme-crm@3", undefined],
    ["acme-crm@4", undefined],
    ["acme-crm@", undefined],
    ["acme-crm@^1", undefined],
    ["toString", undefined],
    ["", undefined],
  ])("finds for %s the version %s", (ref, version) => {
    expect(registry.get(ref)?.contract.version).toBe(version);
  });

  it("lists the highest version of each connector by name, and all versions of one", () => {
    expect(registry.list().map(({ contract }) => `${contract.name}@${contract.version}`)).toEqual([
      "acme-crm@2.0.0",
      "http@1.0.0",
      "next@1.0.0-rc.1",
    ]);
    expect(registry.versions("acme-crm").map(({ contract }) => contract.version)).toEqual([
      "3.0.0-beta.1",
      "2.0.0",
      "1.10.1",
      "1.2.0",
    ]);
  });

  it("finds an operation with its connector", () => {
    expect(registry.operation("acme-crm@1/createContact")).toMatchObject({
      name: "createContact",
      connector: { contract: { version: "1.10.1" } },
    });
    expect(registry.operation("acme-crm/createContact")).toBeUndefined();
    expect(registry.operation("acme-crm@1/toString")).toBeUndefined();
    expect(registry.operation("acme-crm")).toBeUndefined();
  });

  it.each([
    ["acme-crm@1/createContct", "acme-crm@1/createContact"],
    ["acme-cmr@1/createContact", "acme-crm@1/createContact"],
    ["htpp/get", "http/get"],
    ["http/put", undefined],
    ["acme-crm@9/createPerson", "acme-crm/createPerson"],
    ["salesforce/query", undefined],
    ["http", undefined],
  ])("suggests for %s the operation %s", (use, meant) => {
    expect(registry.nearestOperation(use)).toBe(meant);
  });

  it("refuses another content under a name and version that exist, and takes the same one again", () => {
    expect(() => registry.with([connector("http", "1.0.0", ["get"])])).toThrow(
      expect.objectContaining({ code: "DUPLICATE_NAME" }),
    );
    expect(registry.with([connector("http", "1.0.0", ["get", "post"])]).versions("http")).toHaveLength(1);
  });

  it("stays as it is when another one is made from it", () => {
    const more = registry.with([connector("http", "1.1.0")]);
    expect([registry.get("http")?.contract.version, more.get("http")?.contract.version]).toEqual(["1.0.0", "1.1.0"]);
  });

  it("refuses a version that is none", () => {
    expect(() => createRegistry([connector("x", "1.0")])).toThrow(expect.objectContaining({ code: "INVALID_VALUE" }));
  });

  it("splits names", () => {
    expect(parseRef("a@1.2")).toEqual({ name: "a", version: "1.2" });
    expect(parseUse("a@1/b")).toEqual({ ref: "a@1", name: "b" });
  });
});

describe("operations of a major version that is not installed", () => {
  const migrations = [{ from: 1, to: 2, operations: { get: { operation: "addContact" }, old: { removed: "Use addContact." } } }];
  const two: Contract = { ...connector("acme", "2.1.0", ["addContact"]).contract, migrations };
  const shimmed = createRegistry([{ contract: two }]);

  it("are stood for by the installed one, where its migrations lead there", () => {
    const found = shimmed.operation("acme@1/get");
    expect(found?.name).toBe("addContact");
    expect(found?.shim?.from).toBe(1);
    expect(shimmed.operation("acme@1.4.2/get")?.shim?.input({ a: 1 })).toEqual({ a: 1 });
    expect(shimmed.operation("acme@2/addContact")?.shim).toBeUndefined();
  });

  it("are not, where nothing leads there or it is gone, which is said", () => {
    expect(shimmed.operation("acme@0/get")).toBeUndefined();
    expect(shimmed.operation("acme@1/never")).toBeUndefined();
    expect(shimmed.operation("acme@1/old")).toBeUndefined();
    expect(shimmed.removed("acme@1/old")).toBe("Use addContact.");
    expect(shimmed.removed("acme@1/get")).toBeUndefined();
  });

  it("are their own where that version is installed as well", () => {
    expect(shimmed.with([connector("acme", "1.0.0")]).operation("acme@1/get")?.shim).toBeUndefined();
  });
});
