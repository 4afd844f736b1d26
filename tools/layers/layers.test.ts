// Pins: a package that reaches up or sideways, and a package map that no longer shows the code.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { checkLayers } from "./check-layers.ts";
import { drawMap, withMap } from "./draw-map.ts";

const root = join(import.meta.dirname, "..", "..");
const house = mkdtempSync(join(tmpdir(), "mortise-layers-"));
afterAll(() => rmSync(house, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(join(house, path, ".."), { recursive: true });
  writeFileSync(join(house, path), text);
}

test("every package of the house imports only from lower numbers", () => {
  expect(checkLayers(root)).toEqual([]);
});

test("an upward import, a sideways import, a node import in a browser package and a connector's reach are all found", () => {
  write("packages/contract/src/index.ts", 'import "node:fs";\n');
  write("packages/sdk/src/index.ts", 'import { x } from "@mortise/runtime";\nexport { y } from "@mortise/auth";\n');
  write(
    "packages/runtime/src/index.ts",
    'import type { z } from "@mortise/sdk";\nconst a = import("@mortise/connector-http");\n',
  );
  write("packages/mystery/src/index.ts", "");
  write("connectors/http/src/connector.ts", 'import {\n  call,\n} from "@mortise/runtime";\n');
  expect(checkLayers(house).map(({ file, line }) => `${file}:${line}`)).toEqual([
    "packages/contract/src/index.ts:1",
    "packages/mystery:1",
    "packages/runtime/src/index.ts:2",
    "packages/sdk/src/index.ts:1",
    "packages/sdk/src/index.ts:2",
    "connectors/http/src/connector.ts:3",
  ]);
});

test("the map in README.md is the one that the sources draw", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  expect(withMap(readme, drawMap(root)), "run: npm run map").toBe(readme);
});
