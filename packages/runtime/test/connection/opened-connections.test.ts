// Pins: a call with the credential that a connection had before, and one with the connection of another tenant.
import { expect, test } from "vitest";
import { OpenedConnections } from "../../src/connection/opened-connections.ts";
import { compileOperation } from "../../src/operation/compile-operation.ts";
import type { Connection } from "../../src/runtime.ts";
import { connectionTo, connectorOf } from "../sample-connector.ts";

const REQUEST = { method: "GET", url: "https://api.example.com/" } as const;
const { contract, natives } = connectorOf(
  { any: { request: REQUEST }, same: { request: REQUEST }, open: { request: REQUEST, auth: [] } },
  {
    settings: { type: "object", properties: { baseUrl: { type: "string" }, hosts: { type: "array" } } },
    auth: { key: { kind: "apiKey", in: "header", name: "X-Key" } },
  },
);
const targetOf = (name: string) => {
  const operation = contract.operations[name];
  if (operation === undefined) throw new Error(name);
  return compileOperation({ contract, natives }, name, operation);
};
const any = targetOf("any");
const connection = (parts: Partial<Connection> = {}): Connection =>
  connectionTo("https://api.example.com", { credential: { apiKey: "first-key-1" }, ...parts });

test("equal connections are one, whatever objects they come as and whichever operation asks (O1)", () => {
  const opened = new OpenedConnections();
  const first = opened.open(any, connection(), "acme", false);
  expect(opened.open(any, connection(), "acme", false)).toBe(first);
  expect(opened.open(targetOf("same"), connection(), "acme", false)).toBe(first);
});

test("a connection that was changed in place is another one (O1)", () => {
  const credential = { apiKey: "first-key-1" };
  const settings = { baseUrl: "https://api.example.com", hosts: ["a.example"] };
  const opened = new OpenedConnections();
  const versions = new Set<string>();
  const open = (given: Connection) => versions.add(opened.open(any, given, "acme", false).version);
  const flat = connection({ credential });
  const nested = connection({ credential, settings });
  for (const given of [flat, flat, nested, nested]) open(given);
  expect(versions.size).toBe(2);
  credential.apiKey = "second-key-2";
  for (const given of [flat, nested]) open(given);
  expect(versions.size).toBe(4);
  settings.hosts.push("b.example");
  open(nested);
  expect(versions.size).toBe(5);
  const last = opened.open(any, flat, "acme", false);
  expect(last.credential.apiKey?.reveal()).toBe("second-key-2");
});

test("what is missing or more is a difference (O1)", () => {
  const opened = new OpenedConnections();
  const full = connection({ credential: { apiKey: "first-key-1", note: "x" } });
  const versions = [full, connection(), full, connection({ settings: {} }), connection({ auth: "key" })].map(
    (given) => opened.open(any, given, "acme", false).version,
  );
  expect(new Set(versions).size).toBe(4);
  expect(versions[2]).toBe(versions[0]);
});

test("tenants share nothing, also where their names and those of connections run into each other (O1)", () => {
  const opened = new OpenedConnections();
  const one = opened.open(any, connection({ name: "c" }), "a\nb", false);
  const other = opened.open(any, connection({ name: "b\nc" }), "a", false);
  expect([one.tenant, other.tenant]).toEqual(["a\nb", "a"]);
  expect(opened.open(any, connection({ name: "c" }), "a\nb", false)).toBe(one);
});

test("an operation that accepts no scheme gets a connection without the credential (O1)", () => {
  const opened = new OpenedConnections();
  opened.open(any, connection(), "acme", false);
  expect(opened.open(targetOf("open"), connection(), "acme", false).credential).toEqual({});
});

test("more connections than are kept are opened anew, and each with its own credential (O2)", () => {
  const opened = new OpenedConnections();
  for (let round = 0; round < 2; round++) {
    for (let index = 0; index < 1_100; index++) {
      const apiKey = `key-of-number-${index}`;
      const { credential } = opened.open(any, connection({ name: `n${index}`, credential: { apiKey } }), "acme", false);
      expect(credential.apiKey?.reveal()).toBe(apiKey);
    }
  }
});
