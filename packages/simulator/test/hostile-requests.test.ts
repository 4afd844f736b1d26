// Pins: a request or a recorded answer that ends the fake vendor, or makes it say something that breaks the connection.
import { connect } from "node:net";
import type { Contract } from "@mortise/contract";
import { afterEach, expect, test } from "vitest";
import { createSimulator, type Simulator } from "../src/index.ts";

const CONTRACT: Contract = {
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["api.acme.example"],
  auth: { key: { kind: "apiKey", in: "header", name: "constructor" } },
  budgets: {},
  operations: {
    save: {
      title: "Save",
      effect: "create",
      idempotency: "none",
      scopes: [],
      identity: [],
      outcomes: [],
      input: { type: "object", properties: { note: { type: "string" } } },
      output: { type: "object" },
      request: { method: "POST", url: "/notes", body: { $cel: "input" } },
      examples: [
        {
          input: { note: "recorded" },
          response: {
            status: 200,
            headers: { "Content-Length": "3", "transfer-encoding": "chunked", "content-encoding": "gzip", "x-kept": "yes" },
            body: { id: "n1" },
          },
        },
      ],
    },
  },
};

let simulator: Simulator | undefined;
afterEach(async () => {
  await simulator?.close();
  simulator = undefined;
});

/** The key that it takes. */
const keyOf = (vendor: Simulator): string => String(vendor.connectionFor().credential?.apiKey);

async function post(body: string, sent?: Readonly<Record<string, string>>): Promise<Response> {
  simulator ??= await createSimulator(CONTRACT);
  const headers = sent ?? { constructor: keyOf(simulator) };
  return await fetch(`${simulator.origin}/notes`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
}

test("a body that is too large is refused in words, and the next request is answered", async () => {
  const refused = await post(JSON.stringify({ note: "x".repeat(21 * 1024 * 1024) }));
  expect([refused.status, await refused.json()]).toEqual([
    413,
    { error: { status: 413, message: "The body is larger than 20 MB." } },
  ]);
  expect((await post('{"note":"a"}')).status).toBe(200);
});

test("headers of a recorded answer that belong to its own connection are not sent again", async () => {
  const answer = await post('{"note":"recorded"}');
  expect([answer.headers.get("x-kept"), answer.headers.get("content-encoding"), await answer.json()]).toEqual([
    "yes",
    null,
    { id: "n1" },
  ]);
});

test("a credential whose name every object has is missed where it is missing", async () => {
  expect((await post('{"note":"a"}', {})).status).toBe(401);
});

test.each([
  ["two lengths", "Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"],
  [
    "a length and chunks",
    "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
  ],
  [
    "depth",
    `content-type: application/json\r\nconstructor: KEY\r\nconnection: close\r\nContent-Length: 200000\r\n\r\n${"[".repeat(200_000)}`,
  ],
])("a request with %s is refused, and nothing is smuggled behind it", async (_, rest) => {
  simulator = await createSimulator(CONTRACT);
  const { port } = new URL(simulator.origin);
  const answer = await new Promise<string>((resolve, reject) => {
    let text = "";
    const socket = connect(Number(port), "127.0.0.1", () =>
      socket.write(`POST /notes HTTP/1.1\r\nHost: api.acme.example\r\n${rest.replace("KEY", keyOf(simulator as Simulator))}`),
    );
    socket.on("data", (chunk) => {
      text += chunk.toString("utf8");
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(text));
  });
  expect(answer).toMatch(/^HTTP\/1\.1 (400|500)/);
  expect(simulator.requests.map(({ path }) => path)).not.toContain("/smuggled");
  expect((await post('{"note":"a"}')).status).toBe(200);
});
