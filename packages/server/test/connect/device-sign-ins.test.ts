// Pins: a code that was entered and connects nothing, a wait that nobody goes on with, a device code that can be read.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DeviceSignIns } from "../../src/connect/device-sign-ins.ts";
import { type Host, openHost } from "../../src/host/open-host.ts";
import { APP, acme, acmeLogin, startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { scriptVendor, TOKENS } from "../support/scripted-vendor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-device-"));
let vendor: Vendor;
let host: Host;
let script: ReturnType<typeof scriptVendor>["script"];
let devices: DeviceSignIns;

beforeAll(async () => {
  vendor = await startVendor();
  ({ script } = scriptVendor(vendor));
  const device = acmeLogin({ grant: "device_code", authorizeUrl: undefined, deviceUrl: "{settings.baseUrl}/device/auth" });
  host = await openHost({
    dataDir,
    connectors: [acme({ device })],
    deployment: { egress: { allow: [vendor.origin] } },
    log: () => undefined,
  });
  devices = new DeviceSignIns(host, () => undefined);
  await host.store.clients.put("acme-crm", "device", APP);
}, 60_000);
afterAll(async () => {
  await devices?.close();
  await host?.close();
  await vendor?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function begin(name: string) {
  await host.store.connections.put(name, { connector: "acme-crm", settings: { baseUrl: vendor.origin }, auth: "device" });
  return await devices.begin(name, "session", []);
}
const ended = (id: string, by = devices) =>
  expect.poll(async () => (await by.look(id))?.status, { timeout: 15_000, interval: 50 });

test("a code that is entered connects, and the device code is nowhere to be read", async () => {
  script.tokenError = "authorization_pending";
  const pending = await begin("tv");
  expect(pending).toMatchObject({
    status: "sent",
    request: { userCode: "WDJB-MJHT", verificationUri: `${vendor.origin}/device` },
  });
  expect(JSON.stringify(pending)).not.toContain(TOKENS.device);
  const { rows } = await host.pool.query("select * from mortise.pending_authorizations");
  expect(JSON.stringify(rows)).not.toContain(TOKENS.device);
  script.tokenError = undefined;
  await ended(pending.id).toBe("done");
  expect((await devices.look(pending.id))?.result).toMatchObject({ works: true, label: "ada" });
  expect((await host.store.accounts.find("tv"))?.label).toBe("ada");
}, 20_000);

test("somebody who says no, and a code that nobody enters, are told apart", async () => {
  script.tokenError = "access_denied";
  const denied = await begin("denied");
  await ended(denied.id).toBe("failed");
  expect((await devices.look(denied.id))?.result).toMatchObject({
    reason: "denied",
    message: expect.stringContaining("not granted"),
  });
  script.tokenError = "expired_token";
  const expired = await begin("expired");
  await ended(expired.id).toBe("failed");
  expect((await devices.look(expired.id))?.result).toMatchObject({ reason: "expired" });
}, 20_000);

test("a wait that ended with its process goes on in the next one", async () => {
  script.tokenError = "authorization_pending";
  const first = new DeviceSignIns(host, () => undefined);
  await host.store.connections.put("later", { connector: "acme-crm", settings: { baseUrl: vendor.origin }, auth: "device" });
  const { id } = await first.begin("later", "session", []);
  await first.close();
  expect((await host.store.pending.find(id))?.status).toBe("sent");
  script.tokenError = undefined;
  const next = new DeviceSignIns(host, () => undefined);
  await ended(id, next).toBe("done");
  await next.close();
}, 20_000);
