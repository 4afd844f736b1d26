import { existsSync, statfsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { embeddedPostgresAvailable } from "@mortise/engine";
import { createSandbox } from "@mortise/sandbox";
import { builtInConnectors } from "@mortise/server/connectors";
import { type Deployment, loadDeployment } from "@mortise/server/deployment";
import { errorData } from "./failure.ts";
import { version } from "./version.ts";

/** One fact about the machine. */
export interface Finding {
  readonly name: string;
  readonly status: "ok" | "warning" | "error";
  readonly detail: string;
  readonly fix?: string;
}

/** Looks at what Mortise needs: versions, database binaries, disk, pages, what may be called. */
export async function examine(options: { readonly data: string; readonly config?: string }): Promise<readonly Finding[]> {
  const deployment = await loadDeployment({
    ...(options.config ? { configFile: options.config } : {}),
    egressAllow: [],
    defaultFilesRoots: "*",
  });
  const allowed = deployment.egress?.allow ?? [];
  return [
    { name: "mortise", status: "ok", detail: version() },
    node(),
    database(),
    disk(options.data),
    pages(),
    {
      name: "connectors",
      status: "ok",
      detail: builtInConnectors.map(({ contract }) => `${contract.name} ${contract.version}`).join(", "),
    },
    {
      name: "egress",
      status: allowed.length > 0 ? "warning" : "ok",
      detail: allowed.length > 0 ? `https to public addresses, and ${allowed.join(", ")}` : "https to public addresses only",
    },
    publicAddress(deployment),
    await isolation(),
    await vaultKeys(options.data, deployment),
    telemetry(deployment),
  ];
}

/** Where browsers and other systems come back to after a sign-in. */
function publicAddress({ publicUrl }: Deployment): Finding {
  const detail = publicUrl ?? "none: sign-ins come back to this machine, and nobody else can deliver anything";
  return { name: "public address", status: "ok", detail };
}

function node(): Finding {
  const major = Number(process.versions.node.split(".")[0]);
  return major >= 24
    ? { name: "node", status: "ok", detail: process.version }
    : { name: "node", status: "error", detail: `${process.version}, needs 24`, fix: "npm ci" };
}

function database(): Finding {
  const found = embeddedPostgresAvailable();
  return found.ok
    ? { name: "embedded PostgreSQL", status: "ok", detail: found.detail }
    : { name: "embedded PostgreSQL", status: "warning", detail: found.detail, fix: "Use --database URL." };
}

function disk(data: string): Finding {
  let folder = resolve(data);
  while (!existsSync(folder)) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const gib = (bavail * bsize) / 2 ** 30;
  return { name: "disk", status: gib < 1 ? "warning" : "ok", detail: `${gib.toFixed(1)} GiB free at ${folder}` };
}

function pages(): Finding {
  const index = resolve(import.meta.dirname, "..", "..", "studio", "dist", "index.html");
  return existsSync(index)
    ? { name: "pages", status: "ok", detail: "the builder is built" }
    : { name: "pages", status: "warning", detail: "the builder is not built", fix: "npm start builds it." };
}

async function isolation(): Promise<Finding> {
  const sandbox = createSandbox();
  try {
    const { level, detail, reasons } = await sandbox.level();
    const why = reasons.length === 0 ? "" : ` (${reasons.join("; ")})`;
    return {
      name: "isolation",
      status: "warning",
      detail: `native code of trusted publishers runs in this process; ${detail}${why}; sandbox for operations: yes`,
      ...(level === "namespace" ? {} : { fix: "Allow this user namespaces of its own (unshare -rn has to work)." }),
    };
  } finally {
    await sandbox.close();
  }
}

/** Which keys credentials are sealed with. Makes none: a key file that is not there yet is said to be so. */
async function vaultKeys(data: string, { vault }: Deployment): Promise<Finding> {
  const name = "vault";
  const provider = vault?.provider ?? (process.env.MORTISE_KEY ? "environment" : "file");
  const path = (vault?.provider === "file" ? vault.file : undefined) ?? join(resolve(data), "keys", "local.key");
  if (provider === "file" && !existsSync(path))
    return { name, status: "ok", detail: `file keys, made at the first start: ${path}` };
  try {
    const { openKeys } = await import("@mortise/server/vault");
    const keys = openKeys({ settings: vault, dataDir: resolve(data) });
    const all = await keys.describe();
    const active = all.find(({ state }) => state === "active")?.id ?? "none";
    const region = keys.region === "" ? "" : `, region ${keys.region}`;
    return { name, status: "ok", detail: `${keys.kind} keys (${keys.place}${region}), active ${active}, ${all.length} in all` };
  } catch (error) {
    const { message, remedy } = errorData(error);
    return { name, status: "error", detail: `${provider} keys: ${message}`, ...(remedy ? { fix: remedy } : {}) };
  }
}

function telemetry({ telemetry: settings }: Deployment): Finding {
  const endpoint = process.env.OTEL_EXPORTER_OTLP_ENDPOINT || settings?.otlpEndpoint;
  const sent = endpoint
    ? `spans, metrics and log records go to ${new URL(endpoint).origin}`
    : "nothing is sent (set OTEL_EXPORTER_OTLP_ENDPOINT); metrics are at /metrics of the server";
  const shipped = join(dirname(fileURLToPath(import.meta.resolve("@mortise/server"))), "..", "telemetry");
  return { name: "telemetry", status: "ok", detail: `${sent}; dashboards and alert rules: ${shipped}` };
}
