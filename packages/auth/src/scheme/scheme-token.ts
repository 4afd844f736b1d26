import { randomUUID } from "node:crypto";
import type { AppInstallScheme, AwsSigV4Scheme, Json, JwtScheme } from "@mortise/contract";
import { parseDuration } from "@mortise/contract";
import { signJwt } from "../jwt/sign-jwt.ts";
import { boundedToken } from "../tokens/bounded-token.ts";
import { credibleEnd } from "../tokens/credible-end.ts";
import type { FreshToken } from "../tokens/fresh-token.ts";
import { runSteps, type StepQuery } from "../tokens/run-steps.ts";
import { assumeRole, roleUrl } from "./aws/assume-role.ts";

/** A scheme that makes its token of its own key, or has one for a signature of that key. */
export type SelfMadeScheme = JwtScheme | AppInstallScheme | AwsSigV4Scheme;

const LIFETIME_MS = 60_000;
/** Epoch figures from here on are ms: in s it would be the year 5138. */
const FIRST_MS = 100_000_000_000;

/**
 * A token of a scheme that needs no authorization server: a JWT signed here (RFC 7519), one that an app's JWT was exchanged for, or the keys
 * of a role. Throws `AUTH_FAILED`, `MISCONFIGURED`, `TARGET_SICK`, `THROTTLED`.
 */
export async function selfMadeToken(scheme: SelfMadeScheme, query: StepQuery): Promise<FreshToken> {
  const { credential, settings, nowMs } = query;
  switch (scheme.kind) {
    case "jwt": {
      const token = await signJwt(scheme.assertion, { credential, settings, nowMs, uuid: randomUUID });
      return { token, endsAtMs: nowMs + (parseDuration(scheme.assertion.lifetime ?? "60s") ?? LIFETIME_MS) };
    }
    case "appInstall":
      return installationToken(scheme, query);
    case "awsSigV4":
      return assumeRole({ ...query, scheme });
  }
}

/** Where the token of a scheme comes from: the template of an address. Undefined: from here. */
export function selfMadeHost(scheme: SelfMadeScheme, settings: StepQuery["settings"]): URL | string | undefined {
  if (scheme.kind === "jwt") return undefined;
  return scheme.kind === "appInstall" ? scheme.exchange.url : roleUrl(scheme, settings);
}

async function installationToken(scheme: AppInstallScheme, query: StepQuery): Promise<FreshToken> {
  const { credential, settings, nowMs } = query;
  const assertion = await signJwt(scheme.assertion, { credential, settings, nowMs, uuid: randomUUID });
  const kept = (await runSteps([scheme.exchange], query, { assertion }))[scheme.exchange.name] ?? {};
  const endsAtMs = endOf(kept.expiresAt, kept.expiresIn, nowMs);
  return boundedToken({ token: textOf(kept.token), ...(endsAtMs === undefined ? {} : { endsAtMs }) }, scheme.exchange.name);
}

/** When a token ends, epoch ms: a date, epoch s or ms, or s from now. Undefined: nobody said. */
function endOf(expiresAt: Json | undefined, expiresIn: Json | undefined, nowMs: number): number | undefined {
  const text = textOf(expiresAt);
  const figure = Number(text);
  const atMs = text === "" ? Number.NaN : Number.isFinite(figure) ? figure * (figure < FIRST_MS ? 1_000 : 1) : Date.parse(text);
  if (Number.isFinite(atMs)) return credibleEnd(atMs, nowMs);
  return textOf(expiresIn) === "" ? undefined : credibleEnd(nowMs + Number(textOf(expiresIn)) * 1_000, nowMs);
}

const textOf = (value: Json | undefined): string =>
  typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
