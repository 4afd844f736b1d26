// Pins: a dry run that shows a secret, or the bytes of a file, or something else than would be sent.
import type { HttpRequest, JsonObject, JsonSchemaObject } from "@mortise/contract";
import { expect, onTestFinished, test } from "vitest";
import { createRuntime } from "../src/index.ts";
import { connectorOf } from "./sample-connector.ts";

async function shown(request: Partial<HttpRequest>, input: JsonObject, schema: JsonSchemaObject = {}) {
  const operation = { request: { method: "POST", url: "https://api.example.com/x", ...request }, input: schema } as const;
  const runtime = createRuntime({ connectors: [connectorOf({ op: operation })] });
  onTestFinished(() => runtime.close());
  const connection = { name: "main", connector: "sample" };
  const result = await runtime.call("sample/op", { connection, input, dryRun: true });
  return result.outcome === "success" ? (result.output as { readonly request: JsonObject }).request : result;
}

test("shows method, URL, headers and body as they would be sent", async () => {
  expect(
    await shown({ query: { a: "x y" }, cookies: { seen: 1 }, body: { $cel: "input" }, bodyType: "form" }, { b: [1, 2] }),
  ).toEqual({
    method: "POST",
    url: "https://api.example.com/x?a=x%20y",
    headers: {
      accept: "application/json, */*;q=0.5",
      cookie: "[redacted]",
      "content-type": "application/x-www-form-urlencoded",
    },
    body: { b: [1, 2] },
  });
});

test("shows of a file its name, type and size", async () => {
  const file = { name: "a.bin", base64: "AAECAw==" };
  expect(await shown({ body: { file: { $cel: "input.file" } }, bodyType: "multipart" }, { file })).toMatchObject({
    body: [{ name: "file", fileName: "a.bin", type: "application/octet-stream", bytes: 4 }],
  });
  expect(await shown({ body: { $cel: "input.file" }, bodyType: "binary" }, { file })).toMatchObject({
    body: { type: "application/octet-stream", bytes: 4 },
  });
});

test("hides what the input's schema calls secret, wherever it is and however short", async () => {
  const schema: JsonSchemaObject = {
    type: "object",
    properties: {
      pin: { type: "integer", "x-secret": true },
      keys: { type: "object", "x-secret": true },
      open: { type: "string" },
    },
  };
  const input = { pin: 7, keys: { one: "abcdefgh12/=" }, open: "shown" };
  const request = await shown(
    {
      query: { key: { $cel: "input.keys.one" }, pin: { $cel: "input.pin" } },
      headers: { "x-note": { $text: "key ${input.keys.one}" } },
      body: { pin: { $cel: "input.pin" }, list: [{ $cel: "input.keys.one" }], open: { $cel: "input.open" } },
    },
    input,
    schema,
  );
  expect(request).toMatchObject({
    headers: { "x-note": "key [redacted]" },
    body: { pin: "[redacted]", list: ["[redacted]"], open: "shown" },
  });
  expect(JSON.stringify(request)).not.toContain("abcdefgh12");
});
