// Pins: an imported folder that check, build or call do not take as it is, and a failure that a script cannot tell by the exit code.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";

const main = join(import.meta.dirname, "..", "bin", "mortise.mjs");
const folder = mkdtempSync(join(tmpdir(), "mortise-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function mortise(...args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

const DOCUMENT = `openapi: 3.0.3
info: { title: Pet shop API, version: "1" }
servers: [{ url: "http://127.0.0.1:1/v1" }]
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
security: [{ key: [] }]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        200:
          description: ""
          content:
            application/json:
              schema: { $ref: "schemas/pet.yaml#/Pet" }
  /broken: { get: { operationId: broken, responses: { 200: { description: "", content: { application/json: { schema: { $ref: "#/nowhere" } } } } } } }
`;

function documentIn(name: string, text: string | Buffer): string {
  const file = join(folder, name);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return name;
}

documentIn("api/schemas/pet.yaml", "Pet: { type: object, properties: { id: { type: string }, name: { type: string } } }\n");

test("an imported document passes check and build, and its operations can be called, without a line of code", async () => {
  const imported = await mortise(
    "import",
    "openapi",
    documentIn("api/shop.yaml.gz", gzipSync(DOCUMENT)),
    "--name",
    "shop",
    "--json",
  );
  expect(imported.code).toBe(0);
  expect(JSON.parse(imported.stdout)).toMatchObject({
    ok: true,
    connector: "shop",
    folder: "shop",
    report: { operations: 2, declarative: 2, needsCode: [], skipped: [] },
    diagnostics: [{ code: "UNKNOWN_REFERENCE", line: expect.any(Number), file: "api/shop.yaml.gz" }],
  });
  expect(JSON.parse(readFileSync(join(folder, "shop", "contract.json"), "utf8"))).toHaveProperty(["schemas", "Pet"]);
  expect(existsSync(join(folder, "shop", "README.md"))).toBe(true);
  expect((await mortise("check", "shop")).code).toBe(0);
  expect((await mortise("build", "shop")).code).toBe(0);
  expect(existsSync(join(folder, "shop", "dist", "contract.json"))).toBe(true);
  expect(existsSync(join(folder, "shop", "dist", "connector.js"))).toBe(false);

  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${String(request.headers["x-key"])}`);
    response.writeHead(200, { "content-type": "application/json" }).end('{"id":"a b","name":"Rex"}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connection = documentIn(
    "connection.json",
    JSON.stringify({ settings: { baseUrl: `${origin}/v1` }, auth: "key", credential: { apiKey: "k" } }),
  );
  const called = await mortise(
    "call",
    "./shop/getPet",
    "--input",
    '{"id":"a b"}',
    "--connection",
    connection,
    "--allow-egress",
    origin,
    "--json",
  );
  await new Promise((resolve) => server.close(resolve));
  expect(JSON.parse(called.stdout)).toMatchObject({ outcome: "success", output: { id: "a b", name: "Rex" } });
  expect(seen).toEqual(["GET /v1/pets/a%20b k"]);
});

test("what is there already is not written over", async () => {
  const file = documentIn("again.yaml", DOCUMENT);
  expect((await mortise("import", "openapi", file, "--out", "again")).code).toBe(0);
  const second = await mortise("import", "openapi", file, "--out", "again");
  expect([second.code, second.stderr]).toEqual([2, expect.stringContaining("exists already")]);
});

test.each([
  ["no OpenAPI document is a failure", "no.yaml", "hello: world\n", 1],
  ["a document without operations is a failure", "none.json", '{"openapi": "3.0.0", "paths": {}}', 1],
])("%s", async (_, name, text, code) => {
  const ended = await mortise("import", "openapi", documentIn(name, text), "--json");
  expect(ended.code).toBe(code);
  expect(JSON.parse(ended.stdout)).toMatchObject({
    ok: false,
    diagnostics: expect.arrayContaining([expect.objectContaining({ severity: "error" })]),
  });
});

test("a file that is not there and a name that is none are wrong usage", async () => {
  expect((await mortise("import", "openapi", "gone.yaml")).code).toBe(2);
  const file = documentIn("name.yaml", DOCUMENT);
  expect((await mortise("import", "openapi", file, "--name", "Not A Name")).code).toBe(2);
  expect((await mortise("import", "openapi", file, "--auth", "magic")).code).toBe(2);
});
