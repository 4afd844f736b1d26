// Pins: calls to different hosts that share one circuit, and calls to one host that do not.
import type { Value } from "@mortise/contract";
import { expect, it } from "vitest";
import { targetHost } from "../../src/admission/target-host.ts";
import { compileOperation } from "../../src/operation/compile-operation.ts";
import { connectorOf } from "../sample-connector.ts";

const SCOPE = { settings: { region: "eu", baseUrl: "https://api.example:8443/v1/" }, input: { id: "7", host: "other.example" } };

it.each<[url: Value, hosts: readonly string[], host: string, isFixed: boolean]>([
  ["/contacts", ["{settings.region}.acme.example", "b.example"], "eu.acme.example", true],
  ["https://b.example/contacts", ["a.example"], "b.example", true],
  [{ $text: "/contacts/${input.id}" }, ["a.example"], "a.example", true],
  [{ $text: "https://b.example/contacts/${input.id}" }, ["*"], "b.example", true],
  [{ $text: "https://${settings.region}.b.example/x/${input.id}" }, ["*"], "eu.b.example", true],
  [{ $text: "${settings.baseUrl}/x/${input.id}" }, ["*"], "api.example:8443", true],
  [{ $text: "https://${input.host}/x" }, ["*"], "other.example", false],
  [{ $cel: "'https://' + input.host + '/x'" }, ["*"], "other.example", false],
  [{ $cel: "settings.baseUrl + 'x'" }, ["*"], "api.example:8443", true],
  [{ $text: "${settings.missing}/x" }, ["*"], "", true],
])("of %j is known before there is a request", (url, hosts, host, isFixed) => {
  const connector = connectorOf({ op: { request: { method: "GET", url } } }, { hosts });
  const operation = connector.contract.operations.op;
  if (operation === undefined) throw new Error("no operation");
  const found = targetHost(compileOperation(connector, "op", operation));
  expect([found.of(SCOPE), found.isFixed]).toEqual([host, isFixed]);
});
