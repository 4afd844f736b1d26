import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The API token of a data folder, for scripts: `<dataDir>/api-token`, readable by its owner alone, made at the first start. */
export function apiToken(dataDir: string): string {
  const file = join(dataDir, "api-token");
  if (!existsSync(file)) writeFileSync(file, `mst_api_${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  return readFileSync(file, "utf8").trim();
}
