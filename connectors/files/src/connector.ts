import { defineConnector, none } from "@mortise/sdk";
import { appendRows } from "./operations/append-rows.ts";
import { listFiles } from "./operations/list-files.ts";
import { readCsv } from "./operations/read-csv.ts";
import { readJson } from "./operations/read-json.ts";
import { readJsonLines } from "./operations/read-json-lines.ts";
import { writeRows } from "./operations/write-rows.ts";
import { filesSettings } from "./settings.ts";

/** Files of the deployment's folders: CSV, JSON and JSON Lines, read as streams and written so that a crash leaves nothing half done. */
export default defineConnector({
  name: "files",
  version: "1.0.0",
  title: "Files",
  publisher: "mortise",
  description: "CSV, JSON and JSON Lines files in folders of the deployment.",
  categories: ["files"],
  license: "Apache-2.0",
  icon: "icon.svg",
  support: "https://mortise.dev/support",
  settings: filesSettings,
  auth: { none: none({ title: "No credential", test: "list" }) },
  operations: { readCsv, readJson, readJsonLines, writeRows, appendRows, list: listFiles },
  waivers: [
    {
      check: "MC043",
      path: "/privacy",
      reason: "Nothing leaves the deployment; there is no other system.",
      owner: "mortise",
      expires: "2027-11-30",
    },
  ],
  changelog: [
    {
      version: "1.0.0",
      date: "2026-11-21",
      changes: [
        "Read JSON, rows of CSV and of JSON Lines; write and append rows; list files below the folders that the deployment allows.",
      ],
    },
  ],
});
