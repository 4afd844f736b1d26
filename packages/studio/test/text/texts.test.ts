// Pins: a page that shows a key instead of a text.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { en } from "../../src/text/en.ts";
import { enConnect } from "../../src/text/en-connect.ts";
import { enRunControls } from "../../src/text/en-run-controls.ts";
import { enTasks } from "../../src/text/en-tasks.ts";

const keys = new Set<string>();
const collect = (value: object, prefix: string) => {
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === "object") collect(child, `${prefix}${key}.`);
    else keys.add(`${prefix}${key}`.replace(/_(one|other)$/, ""));
  }
};
collect(en, "");
collect(enConnect, "");
collect(enTasks, "");
collect(enRunControls, "");

test("Every text that a page asks for exists, and none is kept that no page asks for.", () => {
  const source = join(import.meta.dirname, "..", "..", "src");
  const asked = new Set<string>();
  const prefixes = new Set<string>();
  for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name) || entry.parentPath.endsWith("text")) continue;
    const text = readFileSync(join(entry.parentPath, entry.name), "utf8");
    for (const [, key] of text.matchAll(/"([a-zA-Z]+\.[a-zA-Z.]+)"/g)) if (key !== undefined && keys.has(key)) asked.add(key);
    for (const [, key] of text.matchAll(/\bt\(\s*"([^"]+)"/g)) if (key !== undefined) asked.add(key);
    for (const [, prefix] of text.matchAll(/`([a-zA-Z]+\.)\$\{/g)) if (prefix !== undefined) prefixes.add(prefix);
  }
  expect([...asked].filter((key) => !keys.has(key))).toEqual([]);
  expect([...keys].filter((key) => !asked.has(key) && ![...prefixes].some((prefix) => key.startsWith(prefix)))).toEqual([]);
});
