// A process of its own: an authorization server whose refresh tokens work once. One that comes back revokes its whole family.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** All the tokens that one consent has led to. */
interface Family {
  current: string;
  generation: number;
  isRevoked: boolean;
  /** A token was given, and whoever asked was gone by then. */
  isLost: boolean;
  reuses: number;
}

/** What the process is told. */
export type ProviderOrder = { readonly kind: "grant"; readonly families: number } | { readonly kind: "report" };

/** What the process says. */
export type ProviderWord =
  | { readonly kind: "ready"; readonly origin: string }
  | { readonly kind: "granted"; readonly refreshTokens: readonly string[] }
  | { readonly kind: "slow"; readonly pid: number }
  | {
      readonly kind: "report";
      readonly refreshes: number;
      readonly slow: number;
      /** By family: how often a spent token came back, whether that or a lost answer ended it. */
      readonly families: readonly { readonly reuses: number; readonly isRevoked: boolean; readonly isLost: boolean }[];
    };

const SLOW_EVERY = 10;
const SLOW_MS = 120;
const families: Family[] = [];
let refreshes = 0;
let slow = 0;

const say = (word: ProviderWord) => process.send?.(word);
const refreshToken = (index: number, generation: number) => `refresh-${index}-${generation}-of-a-strict-provider`;

const server = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  const sent = new URLSearchParams(body).get("refresh_token") ?? "";
  const index = Number(sent.split("-")[1]);
  const family = families[index];
  const answer = (status: number, json: object) => {
    const text = JSON.stringify(json);
    response.writeHead(status, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
  };
  if (family === undefined || family.isRevoked) return answer(400, { error: "invalid_grant" });
  if (sent !== family.current) {
    family.reuses++;
    family.isRevoked = true;
    return answer(400, { error: "invalid_grant", error_description: "reuse" });
  }
  family.generation++;
  family.current = refreshToken(index, family.generation);
  refreshes++;
  response.once("close", () => {
    if (!response.writableFinished) family.isLost = true;
  });
  // Most tokens have ended before anybody can use them twice; some live long enough to be taken over.
  const life = refreshes % 4 === 0 ? 0.3 : 0.001;
  const token = {
    access_token: `access-${index}-${family.generation}`,
    refresh_token: family.current,
    expires_in: life,
    refreshes,
  };
  if (refreshes % SLOW_EVERY !== 0) return answer(200, token);
  slow++;
  say({ kind: "slow", pid: Number(request.headers["x-worker"]) });
  setTimeout(() => answer(200, token), SLOW_MS);
});

process.on("message", (order: ProviderOrder) => {
  if (order.kind === "grant") {
    const fresh = Array.from({ length: order.families }, (_, at) => {
      const index = families.length + at;
      return { current: refreshToken(index, 0), generation: 0, isRevoked: false, isLost: false, reuses: 0 };
    });
    families.push(...fresh);
    say({ kind: "granted", refreshTokens: fresh.map(({ current }) => current) });
  } else {
    const ends = families.map(({ reuses, isRevoked, isLost }) => ({ reuses, isRevoked, isLost }));
    say({ kind: "report", refreshes, slow, families: ends });
  }
});
process.once("disconnect", () => process.exit());
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => say({ kind: "ready", origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }));
