// Pins: code of a connector that is left out of a build, runs though it is not what was built, or is bundled with what the sandbox does not have.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRuntime } from "@mortise/runtime";
import { codeRunner, createSandbox } from "@mortise/sandbox";
import { createSimulator } from "@mortise/simulator";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildConnector } from "../src/build-connector.ts";
import { loadConnectorFolder } from "../src/connector-folder.ts";
import { scaffoldConnector } from "../src/scaffold-connector.ts";
import { writeCodeConnector } from "./code-connector.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-bundle-"));
const at = (name: string): string => join(folder, name);
const sandbox = createSandbox();

beforeAll(async () => {
  writeCodeConnector(at("scores"), 1);
  await buildConnector(at("scores"));
});
afterAll(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

async function double(path: string) {
  const runtime = createRuntime({ connectors: [await loadConnectorFolder(path)], code: codeRunner(sandbox) });
  try {
    return await runtime.call("scores/double", { input: { n: 4 } });
  } finally {
    await runtime.close();
  }
}

function copyOf(what: string, name: string): string {
  cpSync(at(what), at(name), { recursive: true });
  return at(name);
}

describe("code of a connector", () => {
  it("runs from the author's folder and as it was built, without the sources", async () => {
    expect(await double(at("scores"))).toMatchObject({ outcome: "success", output: 8 });
    expect(await double(copyOf("scores/dist", "installed"))).toMatchObject({ outcome: "success", output: 8 });
  });

  it("is one script with a map that names the author's files and nothing of this machine", async () => {
    const { code } = await loadConnectorFolder(at("scores"));
    const map = JSON.parse(code?.map ?? "{}");
    expect([...map.sources].sort()).toEqual(["src/code/double.ts", "src/code/score.ts"]);
    expect(code?.script).not.toContain(folder);
    expect(readFileSync(at("scores/dist/code.js"), "utf8")).toBe(code?.script);
    expect(JSON.parse(readFileSync(at("scores/dist/digest.json"), "utf8")).files["code.js"]).toBe(code?.digest);
  });

  it("is refused where it is not what was built, and where it is not there", async () => {
    const changed = copyOf("scores/dist", "changed");
    writeFileSync(join(changed, "code.js"), `${readFileSync(join(changed, "code.js"), "utf8")}\n// changed`);
    await expect(double(changed)).rejects.toMatchObject({ code: "INVALID_DOCUMENT", message: expect.stringContaining("digest") });
    rmSync(join(changed, "code.js"));
    expect(await double(changed)).toMatchObject({ outcome: "fault", error: { code: "MISCONFIGURED" } });
  });

  it.each([
    ["a module of Node", 'import { readFileSync } from "node:fs";\nexport const double = () => readFileSync("x");', "node:fs"],
    ["an export that is not there", "export const half = () => 1;", '"double" is not exported'],
    ["a fault of syntax", "export const double = ( => 1;", "src/code/double.ts:1:25"],
  ])("is not built with %s, and the build says why", async (name, source, why) => {
    const broken = copyOf("scores", name.replaceAll(" ", "-"));
    writeFileSync(join(broken, "src/code/double.ts"), source);
    await expect(buildConnector(broken)).rejects.toMatchObject({
      code: "INVALID_DOCUMENT",
      message: expect.stringContaining(why),
    });
  });

  it("is not built where its file is not there", async () => {
    const broken = copyOf("scores", "missing");
    rmSync(join(broken, "src/code/double.ts"));
    await expect(buildConnector(broken)).rejects.toMatchObject({
      code: "UNREADABLE_FILE",
      message: expect.stringContaining("double"),
    });
  });

  it("is written by the scaffold, and runs against the fake vendor of its contract", async () => {
    await scaffoldConnector("acme-desk", { template: "code", dir: folder });
    const connector = await loadConnectorFolder(at("acme-desk"));
    const simulator = await createSimulator(connector.contract);
    const runtime = createRuntime({ connectors: [connector], code: codeRunner(sandbox), unsafeOrigins: simulator.unsafeOrigins });
    const result = await runtime.call("acme-desk/rateContact", { connection: simulator.connectionFor(), input: { id: "c1" } });
    await runtime.close();
    await simulator.close();
    expect(result).toMatchObject({ outcome: "success", output: { id: "c1", known: 1 }, meta: { attempts: 1 } });
  });
});
