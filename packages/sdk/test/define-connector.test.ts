// Pins: what an author writes and what ends up in contract.json drifting apart, and a faulty connector that loads.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { apiKey, contractJson, defineConnector, get, isMortiseError, operation, t, writeContract } from "../src/index.ts";
import { acmeCrm } from "./acme-crm.ts";

const ping = operation(
  {
    title: "Ping",
    effect: "read",
    input: t.Object({}),
    output: t.Object({ ok: t.Boolean() }),
    examples: [{ input: {}, output: { ok: true } }],
  },
  get("/ping"),
);

const sound = {
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["api.acme.example"],
  operations: { ping },
};

function faultsOf(define: () => unknown): unknown {
  try {
    define();
  } catch (error) {
    return isMortiseError(error) ? { code: error.code, message: error.message, detail: error.data.detail } : error;
  }
  return undefined;
}

describe("defineConnector", () => {
  it("writes what the author said as data, and keeps code beside it", () => {
    const { contract, natives } = acmeCrm;
    expect(contract.operations.createContact).toMatchObject({
      effect: "create",
      idempotency: { key: "header", name: "Idempotency-Key", windowMs: 86_400_000 },
      input: { type: "object", additionalProperties: false, required: ["email", "name"] },
      request: { method: "POST", url: "/contacts", body: { email: { $cel: "input.email" }, full_name: { $cel: "input.name" } } },
      compensate: { operation: "deleteContact", with: { id: { $cel: "output.id" } } },
    });
    expect(contract.settings).toMatchObject({ properties: { region: { type: "string", enum: ["eu", "us"], title: "Region" } } });
    expect(Object.keys(natives)).toEqual(["countContacts", "readContacts"]);
    expect(contract.operations.countContacts).toMatchObject({ native: { uses: ["network"] } });
    expect(JSON.parse(JSON.stringify(contract))).toEqual(contract);
  });

  it("freezes the connector through and through", () => {
    expect(Object.isFrozen(acmeCrm)).toBe(true);
    expect(Object.isFrozen(acmeCrm.contract.operations.whoami?.input.properties)).toBe(true);
    expect(Object.isFrozen(acmeCrm.natives)).toBe(true);
  });

  it("fills in the cautious choice where the author said nothing", () => {
    const write = operation(
      { title: "X", effect: "create", input: t.Object({}), output: t.Object({ ok: t.Boolean() }) },
      get("/x"),
    ).contract;
    expect([ping.contract.idempotency, write.idempotency]).toEqual(["natural", "none"]);
    expect(ping.contract).toMatchObject({ scopes: [], identity: [], outcomes: [] });
  });

  it("refuses a connector with all its faults at once", () => {
    const found = faultsOf(() =>
      defineConnector({
        ...sound,
        version: "1",
        hosts: ["https://x"],
        auth: { key: apiKey({ in: "header", name: "K", test: "pong" }) },
      }),
    );
    expect(found).toMatchObject({
      code: "INVALID_DOCUMENT",
      detail: [{ path: "/version" }, { path: "/auth/key/test/operation" }, { path: "/hosts/0" }],
    });
    expect(found).toMatchObject({ message: expect.stringMatching(/^The contract of "acme" has 3 faults:/) });
  });

  it("refuses an operation that was typed against other settings than the connector has", () => {
    const other = operation(
      {
        title: "X",
        effect: "read",
        settings: t.Object({ region: t.String() }),
        input: t.Object({}),
        output: t.Object({ ok: t.Boolean() }),
      },
      get("/x"),
    );
    expect(faultsOf(() => defineConnector({ ...sound, operations: { other } }))).toMatchObject({
      detail: [{ path: "/operations/other" }],
    });
  });

  it("writes the same contract.json every time, and only when it changed", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mortise-sdk-"));
    try {
      expect(await writeContract(acmeCrm, join(folder, "new"))).toMatchObject({ changed: true });
      expect(await writeContract(acmeCrm, join(folder, "new"))).toMatchObject({ changed: false });
      const text = await readFile(join(folder, "new", "contract.json"), "utf8");
      expect(text).toBe(contractJson(acmeCrm));
      expect(text.endsWith("}\n")).toBe(true);
      expect(Object.keys(JSON.parse(text)).slice(0, 5)).toEqual(["format", "name", "version", "title", "publisher"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
