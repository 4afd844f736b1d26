// Pins: a kill list that the deployment names and nothing reads, as its key or its pace is wrong.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadDeployment } from "../../src/host/deployment.ts";

const folder = mkdtempSync(join(tmpdir(), "mortise-list-settings-"));
afterAll(() => rmSync(folder, { recursive: true }));

function load(settings: object) {
  const configFile = join(folder, "mortise.config.json");
  writeFileSync(configFile, JSON.stringify(settings));
  return loadDeployment({ configFile, env: {} });
}

test("lists are found beside the configuration, or at their URL, and the time to drain is read", async () => {
  const settings = {
    killList: { file: "kill.json", everyMs: 5_000, whileUnread: "refuse" },
    flags: { url: "https://lists.example.com/flags.json" },
    drainMs: 25_000,
  };
  expect(await load(settings)).toEqual({
    killList: { source: { file: join(folder, "kill.json") }, everyMs: 5_000, whileUnread: "refuse" },
    flags: { source: { url: "https://lists.example.com/flags.json" } },
    drainMs: 25_000,
  });
});

test.each([
  ["a name that there is not", { killList: { fil: "kill.json" } }, /did you mean "file"/],
  ["neither file nor URL", { killList: {} }, /either a file or a url/],
  ["both", { flags: { file: "a", url: "https://a.example" } }, /either a file or a url/],
  ["another scheme", { flags: { url: "ftp://a.example" } }, /expected "https/],
  ["a pace that would not act within 60 s", { killList: { file: "a", everyMs: 60_000 } }, /from 1000 to 50000/],
  ["another word for what happens unread", { killList: { file: "a", whileUnread: "wait" } }, /expected "run" or "refuse"/],
  ["that word for flags", { flags: { file: "a", whileUnread: "run" } }, /"whileUnread" is not a key here/],
  ["no time to drain", { drainMs: -1 }, /\/drainMs/],
])("%s is refused", async (_, settings, message) => {
  await expect(load(settings)).rejects.toThrow(message);
});
