// Pins: a scaffold that does not pass its own checks, generated types that do not compile, and output that scripts cannot read.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "mortise-cli-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function mortise(...args: readonly string[]): Promise<Ended> {
  const main = join(root, "packages", "cli", "bin", "mortise.mjs");
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [main, ...args], { cwd: folder })) };
  } catch (error) {
    const { code, stdout, stderr } = error as Ended;
    return { code, stdout, stderr };
  }
}

test("a new connector passes check and build as it is, also outside of this checkout", async () => {
  expect((await mortise("new", "connector", "acme-crm")).code).toBe(0);
  const checked = await mortise("check", "acme-crm", "--json");
  expect(JSON.parse(checked.stdout)).toMatchObject({ ok: true });
  const built = JSON.parse((await mortise("build", "acme-crm", "--json")).stdout) as { digest: string; files: readonly string[] };
  expect(built.digest).toMatch(/^[0-9a-f]{64}$/);
  for (const file of built.files) expect(existsSync(join(folder, "acme-crm", file)), file).toBe(true);
  expect(JSON.parse(readFileSync(join(folder, "acme-crm", "dist", "contract.json"), "utf8"))).toMatchObject({
    format: "mortise.contract/1",
    name: "acme-crm",
  });
});

test("building twice makes the same bytes", async () => {
  await mortise("new", "connector", "twice");
  const first = JSON.parse((await mortise("build", "twice", "--json")).stdout) as { digest: string };
  const second = JSON.parse((await mortise("build", "twice", "--json")).stdout) as { digest: string };
  expect(second.digest).toBe(first.digest);
});

test("check tells a stale contract.json and a scaffold refuses to overwrite", async () => {
  await mortise("new", "connector", "stale");
  const file = join(folder, "stale", "contract.json");
  writeFileSync(file, readFileSync(file, "utf8").replace('"Stale"', '"Fresh"'));
  const checked = await mortise("check", "stale", "--json");
  expect(checked.code).toBe(1);
  expect(checked.stdout).toContain("mortise build");
  expect((await mortise("new", "connector", "stale")).code).toBe(2);
});

test("a contract with three faults gives three diagnostics, with SARIF beside", async () => {
  writeFileSync(
    join(folder, "bad.json"),
    JSON.stringify(
      {
        format: "mortise.contract/1",
        name: "x",
        version: "1.0.0",
        title: "X",
        publisher: "me",
        hosts: [],
        auth: {},
        budgets: { api: { rate: "many", scope: "everyone" } },
        operations: {},
        titel: "X",
      },
      null,
      2,
    ),
  );
  const checked = await mortise("check", "bad.json", "--json", "--sarif", "bad.sarif");
  expect(checked.code).toBe(1);
  const { files } = JSON.parse(checked.stdout) as {
    files: readonly { diagnostics: readonly { path: string; severity: string }[] }[];
  };
  const paths = files[0]?.diagnostics.filter(({ severity }) => severity === "error").map(({ path }) => path) ?? [];
  expect(paths).toEqual(expect.arrayContaining(["/titel", "/budgets/api/rate", "/budgets/api/scope"]));
  const sarif = JSON.parse(readFileSync(join(folder, "bad.sarif"), "utf8")) as {
    version: string;
    runs: readonly { results: readonly unknown[] }[];
  };
  expect(sarif.version).toBe("2.1.0");
  expect(sarif.runs[0]?.results.length).toBeGreaterThanOrEqual(3);
});

test("types of every built-in connector compile under strict", async () => {
  const types = join(folder, "types");
  const files: string[] = [];
  for (const connector of ["http", "postgres", "files", "smtp"]) {
    const file = `${types}-${connector}.ts`;
    const made = await mortise("types", connector, "--out", file);
    expect(made.stderr + made.stdout, connector).toContain("written");
    files.push(file);
  }
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const compiled = await promisify(execFile)(process.execPath, [
    tsc,
    "--ignoreConfig",
    "--strict",
    "--noEmit",
    "--target",
    "es2022",
    ...files,
  ]).catch((error: { stdout: string }) => error);
  expect(compiled.stdout).toBe("");
});

test("a new workflow of each template passes check, and the greeting runs", async () => {
  for (const template of ["greeting", "csv"]) {
    expect((await mortise("new", "workflow", template, "--template", template)).code).toBe(0);
    const checked = await mortise("check", `${template}.json`, "--json");
    expect(JSON.parse(checked.stdout), template).toMatchObject({ ok: true });
  }
  const ran = await mortise("run", "greeting.json", "--memory", "--json", "--input", '{"name":"Grace"}');
  expect(JSON.parse(ran.stdout)).toMatchObject({ ok: true, status: "succeeded", output: { greeting: "Hello Grace!" } });
});

test("a dry run shows the plan and calls nothing", async () => {
  await mortise("new", "workflow", "dry", "--template", "csv");
  const ran = await mortise("run", "dry.json", "--dry-run", "--json");
  expect(JSON.parse(ran.stdout)).toMatchObject({
    ok: true,
    dryRun: true,
    plan: [{ path: "read", effect: "read" }, { path: "each", effect: "core" }, { path: "each/write" }],
  });
  expect(existsSync(join(folder, "output.jsonl"))).toBe(false);
});

test("loopback is refused by default, and the error names the entry that would allow it", async () => {
  const refused = await mortise("call", "http/get", "--input", '{"url":"http://127.0.0.1:9/"}', "--json");
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.stdout)).toMatchObject({ ok: false, error: { code: "EGRESS_DENIED" } });
  expect(refused.stdout).toContain("http://127.0.0.1:9");
});

test("doctor reports what is there", async () => {
  const { code, stdout } = await mortise("doctor", "--json");
  expect(code).toBe(0);
  const { findings } = JSON.parse(stdout) as { findings: readonly { name: string; status: string }[] };
  expect(findings.find(({ name }) => name === "node")).toMatchObject({ status: "ok" });
  expect(findings.find(({ name }) => name === "egress")).toMatchObject({ status: "ok" });
  const isolation = { detail: expect.stringContaining("code of connectors runs in WebAssembly") };
  expect(findings.find(({ name }) => name === "isolation")).toMatchObject(isolation);
  const operations = { detail: expect.stringContaining("sandbox for operations: yes") };
  expect(findings.find(({ name }) => name === "isolation")).toMatchObject(operations);
});

test("a misspelt command suggests the right one: exit code 2", async () => {
  const ended = await mortise("chek", "x");
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("check");
});

test("docs writes four pages of a connector, tells which are out of date and takes none of the author's", async () => {
  await mortise("new", "connector", "told");
  writeFileSync(join(folder, "told", "docs.md"), "## Good to know\n\nIt rains.\n");
  expect((await mortise("docs", "told", "--check", "--json")).code).toBe(1);
  const written = JSON.parse((await mortise("docs", "told", "--json")).stdout) as {
    written: readonly string[];
    pages: readonly string[];
  };
  expect(written).toMatchObject({ written: ["README.md"], pages: ["README.md", "API.md", "EXAMPLES.md", "CHANGELOG.md"] });
  expect((await mortise("docs", "told", "--check")).code).toBe(0);
});

test("simulate serves the fake vendor of a connector, and call --simulate needs nothing else", async () => {
  await mortise("new", "connector", "faked");
  const called = await mortise("call", "faked/getContact", "--input", '{"id":"c7"}', "--simulate", "--json");
  expect(JSON.parse(called.stdout)).toMatchObject({ ok: true, output: { id: expect.any(String), name: expect.any(String) } });
  const main = join(root, "packages", "cli", "bin", "mortise.mjs");
  const server = spawn(process.execPath, [main, "simulate", "faked", "--port", "0", "--gaps", "--json"], { cwd: folder });
  const told = await new Promise<string>((resolve) => {
    let text = "";
    server.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      if (text.endsWith("}\n")) resolve(text);
    });
  });
  const { origin, served, gaps, connection } = JSON.parse(told) as {
    origin: string;
    served: number;
    gaps: readonly string[];
    connection: { credential: { apiKey: string } };
  };
  expect({ served, gaps }).toEqual({ served: 2, gaps: [] });
  const fetched = (key: string) => fetch(`${origin}/contacts/c1`, { headers: { "x-api-key": key } });
  expect((await fetched("another")).status).toBe(401);
  const answer = await fetched(connection.credential.apiKey);
  expect(await answer.json()).toEqual({ id: "c1", email: "ada@example.com", name: "Ada" });
  const ended = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGTERM");
  expect(await ended).toBe(0);
});
