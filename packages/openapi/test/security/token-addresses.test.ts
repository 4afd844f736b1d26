// Pins: an imported connector that asks for its tokens nowhere, or at an address that is none.
import { checkContract } from "@mortise/contract/validation";
import { expect, test } from "vitest";
import { importOpenApi } from "../../src/index.ts";

const imported = (flow: object, servers: readonly string[]) =>
  importOpenApi({
    text: JSON.stringify({
      openapi: "3.0.3",
      info: { title: "Sample", version: "1.0.0" },
      servers: servers.map((url) => ({ url })),
      security: [{ login: [] }],
      paths: { "/me": { get: { operationId: "me", responses: { 200: { description: "Me" } } } } },
      components: { securitySchemes: { login: { type: "oauth2", flows: { clientCredentials: { scopes: {}, ...flow } } } } },
    }),
    file: "sample.json",
  }).contract;

test("a token address that is relative is below the server, also where a connection chooses it", () => {
  const fixed = imported({ tokenUrl: "/oauth/token" }, ["https://api.example.com/v1"]);
  expect(fixed?.auth.login).toMatchObject({ tokenUrl: "https://api.example.com/oauth/token" });
  const chosen = imported({ tokenUrl: "/oauth/token" }, ["https://a.example.com", "https://b.example.com"]);
  expect(chosen?.auth.login).toMatchObject({ tokenUrl: "https://{settings.baseUrl}/oauth/token" });
});

test("a client without a token address becomes a token that people bring along", () => {
  for (const flow of [{}, { tokenUrl: "" }, { tokenUrl: "token" }, { tokenUrl: 7 }]) {
    const contract = imported(flow, ["https://api.example.com"]);
    expect(contract?.auth.login).toMatchObject({ kind: "bearer" });
    expect(checkContract(contract).filter(({ severity }) => severity === "error")).toEqual([]);
  }
});
