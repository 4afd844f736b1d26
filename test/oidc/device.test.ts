// Pins: a person at another device who says yes and is not connected, or a wait that does not end.
import { expect, test } from "vitest";
import { Browser } from "./browser.ts";
import { type Party, party } from "./connected.ts";
import { resourceServer } from "./resource-server.ts";
import { SECRET, type StrictProvider, strictProvider } from "./strict-provider.ts";

const CLIENT = {
  client_id: "tv",
  grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
  redirect_uris: [],
  response_types: [],
  scope: "openid offline_access",
};
const SCHEME = {
  grant: "device_code",
  requiredScopes: ["openid", "offline_access"],
  authorizeParams: { prompt: "consent" },
} as const;

/** A clock whose sleeps end when the test says, and how long they were to be. */
function openClock() {
  const sleeps: number[] = [];
  const waiting: (() => void)[] = [];
  let aheadMs = 0;
  const woken: (() => void)[] = [];
  return {
    sleeps,
    clock: {
      now: () => Date.now() + aheadMs,
      sleep: (ms: number, signal?: AbortSignal) =>
        new Promise<void>((resolve, reject) => {
          sleeps.push(ms);
          signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
          waiting.push(resolve);
          for (const wake of woken.splice(0)) wake();
        }),
    },
    /** Waits until somebody sleeps, then ends that sleep. */
    tick: async () => {
      if (waiting.length === 0) await new Promise<void>((resolve) => woken.push(resolve));
      waiting.shift()?.();
    },
    sleeping: async () => {
      if (waiting.length === 0) await new Promise<void>((resolve) => woken.push(resolve));
    },
    skip: (ms: number) => {
      aheadMs += ms;
    },
  };
}

async function open(): Promise<{ provider: StrictProvider; own: Party; clock: ReturnType<typeof openClock> }> {
  const provider = await strictProvider({ clients: [CLIENT] });
  const api = await resourceServer(provider);
  const clock = openClock();
  const options = { clock: clock.clock };
  const own = party({ provider, api, scheme: SCHEME, credential: { clientId: "tv", clientSecret: SECRET }, options });
  return { provider, own, clock };
}

test("a person enters the code on another device, and the connection calls and renews itself", async () => {
  const { provider, own, clock } = await open();
  const device = await own.runtime.startDeviceAuthorization({ connection: "main" });
  expect(device).toMatchObject({
    userCode: expect.stringMatching(/^[A-Z]{4}-[A-Z]{4}$/),
    verificationUri: `${provider.issuer}/device`,
    verificationUriComplete: `${provider.issuer}/device?user_code=${device.userCode}`,
    intervalMs: 5_000,
    scopes: ["openid", "offline_access"],
  });
  const connected = own.runtime.finishDeviceAuthorization({ connection: "main", device });
  await clock.tick();
  await clock.sleeping();
  expect(provider.seen.filter((line) => line === "POST /token")).toHaveLength(1);
  const { page } = await new Browser("nowhere:").visit(device.verificationUriComplete ?? "");
  expect(page).toContain("Sign-in Success");
  await clock.tick();
  own.stored.credential = await connected;
  expect(own.stored.credential).toMatchObject({ clientId: "tv", scope: "openid offline_access" });
  expect(clock.sleeps).toEqual([5_000, 5_000]);
  expect(await own.call()).toMatchObject({ outcome: "success", output: { verdict: "ok" } });
  await own.renew();
  expect(await own.call()).toMatchObject({ outcome: "success" });
});

test("a code that nobody enters ends, and the wait with it", async () => {
  const { own, clock } = await open();
  const device = await own.runtime.startDeviceAuthorization({ connection: "main" });
  const connected = own.runtime.finishDeviceAuthorization({ connection: "main", device });
  connected.catch(() => undefined);
  await clock.tick();
  await clock.sleeping();
  clock.skip(61_000);
  await clock.tick();
  await expect(connected).rejects.toMatchObject({ code: "AUTH_FAILED", data: { nativeCode: "expired_token" } });
});

test("who gives up waiting is not asked any more", async () => {
  const { provider, own, clock } = await open();
  const device = await own.runtime.startDeviceAuthorization({ connection: "main" });
  const stop = new AbortController();
  const connected = own.runtime.finishDeviceAuthorization({ connection: "main", device, signal: stop.signal });
  connected.catch(() => undefined);
  await clock.sleeping();
  const reason = new Error("the person closed the page");
  stop.abort(reason);
  await expect(connected).rejects.toBe(reason);
  expect(provider.seen).not.toContain("POST /token");
});
