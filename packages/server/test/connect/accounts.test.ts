// Pins: another account that takes the place of the one before because it has the same name, and access that nobody wants and that stays.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Connector } from "@mortise/sdk";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Served, serve } from "../../src/serve.ts";
import { isOtherAccount } from "../../src/store/connection-accounts.ts";
import { type Send, script as scriptOf } from "../support/client.ts";
import { APP, acme, acmeLogin, startVendor, type Vendor } from "../support/oauth-vendor.ts";
import { type SeenRequest, scriptVendor, TOKENS, type VendorScript } from "../support/scripted-vendor.ts";
import { Visitor } from "../support/visitor.ts";

const dataDir = mkdtempSync(join(tmpdir(), "mortise-accounts-"));
let scripted: Vendor;
let provider: Vendor;
let script: VendorScript;
let seen: SeenRequest[];
let served: Served;
let send: Send;
const ada = new Visitor();

/** All accounts of it have one name. */
function namesakes(): Connector {
  const label = { $text: "Main account" };
  const { contract, ...rest } = acme({
    tested: acmeLogin({ label, revokeUrl: "{settings.baseUrl}/revoke" }),
    openId: acmeLogin({ label, test: undefined, revokeUrl: "{settings.baseUrl}/token/revocation" }),
  });
  const { whoAmI, ...others } = contract.operations;
  if (whoAmI === undefined) throw new Error("The connector has no whoAmI.");
  return { ...rest, contract: { ...contract, operations: { ...others, whoAmI: { ...whoAmI, identity: ["/sub"] } } } };
}

beforeAll(async () => {
  scripted = await startVendor();
  provider = await startVendor();
  ({ script, seen } = scriptVendor(scripted));
  served = await serve({
    dataDir,
    port: 0,
    connectors: [namesakes()],
    deployment: { egress: { allow: [scripted.origin, provider.origin] } },
  });
  provider.openId(`${served.url}/oauth/callback/acme-crm`);
  send = scriptOf(served);
  await ada.visit(served.signInUrl);
}, 60_000);
afterAll(async () => {
  await served?.close();
  await scripted?.close();
  await provider?.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const json = async <T>(answer: Promise<Response>) => (await (await answer).json()) as T;
const at = (path: string) => `${served.url}/api/v1/${path}`;
const view = (id: string) => json<{ status: string; result?: { message: string } }>(ada.api("GET", at(`connect/${id}`)));
const revoked = () => seen.filter(({ path }) => path === "/revoke").map(({ form }) => form.token);

async function connection(name: string, auth: string, vendor: Vendor): Promise<void> {
  const settings = { baseUrl: vendor.origin };
  const put = await send("PUT", `/api/v1/connections/${name}`, { connector: "acme-crm", settings, auth, credential: APP });
  expect(put.status, put.text).toBe(204);
}

async function signIn(name: string, login = "ada"): Promise<string> {
  const { id } = await json<{ id: string }>(ada.api("POST", at(`connections/${name}/authorize`), { mode: "popup" }));
  const { authorizeUrl } = await json<{ authorizeUrl: string }>(ada.api("POST", at(`connect/${id}/continue`), { scopes: [] }));
  // Nobody is signed in at the other system yet.
  const back = await new Visitor().consent(authorizeUrl, `${served.url}/oauth/callback/acme-crm`, login);
  await ada.visit(back);
  return id;
}

test("another account of the same name is told by what identifies it, and its access is taken back where it is not wanted", async () => {
  await connection("main", "tested", scripted);
  expect(await view(await signIn("main"))).toMatchObject({ status: "done", result: { label: "Main account" } });
  expect(await view(await signIn("main"))).toMatchObject({ status: "done" });
  script.sub = "grace";
  const id = await signIn("main");
  expect(await view(id)).toMatchObject({
    status: "other_account",
    result: { message: expect.stringContaining("another account than the Main account") },
  });
  const before = seen.filter(({ path }) => path === "/token").length;
  expect(revoked()).toEqual([]);
  await ada.api("POST", at(`connect/${id}/decide`), { replace: false });
  expect(await view(id)).toMatchObject({
    status: "cancelled",
    result: { message: "The account before stays in use. Acme CRM has taken the other access back." },
  });
  expect(revoked()).toEqual([TOKENS.refresh(before), TOKENS.access(before)]);
  script.sub = "ada";
  expect((await send("POST", "/api/v1/connections/main/test", {})).json()).toMatchObject({ outcome: "success" });
}, 30_000);

test("access that another connection lives on is not taken back", async () => {
  script.sub = "grace";
  await connection("second", "tested", scripted);
  expect(await view(await signIn("second"))).toMatchObject({ status: "done" });
  const before = revoked().length;
  const id = await signIn("main");
  expect(await view(id)).toMatchObject({ status: "other_account" });
  await ada.api("POST", at(`connect/${id}/decide`), { replace: false });
  const { result } = await view(id);
  expect(result?.message).toBe(
    "The account before stays in use. The other account's access stays, as another connection uses it.",
  );
  expect(revoked()).toHaveLength(before);
  script.sub = "ada";
});

test("the ID token says whose account it is, also where nothing else does", async () => {
  await connection("open", "openId", provider);
  expect(await view(await signIn("open", "ada"))).toMatchObject({ status: "done" });
  expect(await view(await signIn("open", "ada"))).toMatchObject({ status: "done" });
  const id = await signIn("open", "grace");
  expect(await view(id)).toMatchObject({
    status: "other_account",
    result: { message: "You signed in as another account. So far this connection uses another one." },
  });
  await ada.api("POST", at(`connect/${id}/decide`), { replace: true });
  expect(await view(id)).toMatchObject({ status: "done" });
  expect(await view(await signIn("open", "grace"))).toMatchObject({ status: "done" });
}, 30_000);

test("an account is another one by what it is known by, and by its label only where nothing else is known of both", () => {
  const account = (idToken?: string, label?: string, tested?: string) => ({
    ...(label === undefined ? {} : { label }),
    subject: { ...(idToken === undefined ? {} : { idToken }), ...(tested === undefined ? {} : { test: tested }) },
  });
  expect(isOtherAccount(account("a", "Ada"), account("a", "Ada Lovelace"))).toBe(false);
  expect(isOtherAccount(account("a", "Ada"), account("b", "Ada"))).toBe(true);
  expect(isOtherAccount(account(undefined, "Ada", "1"), account("b", "Ada", "2"))).toBe(true);
  expect(isOtherAccount(account("a", "Ada"), account(undefined, "Ada", "1"))).toBe(false);
  expect(isOtherAccount(account("a", "Ada"), account(undefined, "Grace", "1"))).toBe(true);
  expect(isOtherAccount({ label: "Ada" }, { label: "Grace" })).toBe(true);
  expect(isOtherAccount({}, { label: "Grace" })).toBe(false);
});
