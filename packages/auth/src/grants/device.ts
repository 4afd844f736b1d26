import { getPointer, isMortiseError, type Json, MortiseError } from "@mortise/contract";
import { revealAll } from "../credential/reveal.ts";
import { withDpopKey } from "../dpop/with-dpop-key.ts";
import { fillEndpoints } from "../oidc/fill-endpoints.ts";
import { isStandard } from "../oidc/is-standard.ts";
import { openClient } from "../oidc/open-client.ts";
import { settle } from "../oidc/settle.ts";
import { type AuthorizationAsk, askedScopes, tokenFields } from "../tokens/authorization-code.ts";
import type { PlainCredential } from "../tokens/credential-store.ts";
import { filledTexts } from "../tokens/endpoint-url.ts";
import { plainWords } from "../tokens/plain-words.ts";
import { requestToken, type TokenQuery } from "../tokens/request-token.ts";
import { parseAnswer } from "../tokens/run-steps.ts";
import { sendTokenRequest, type TokenReply } from "../tokens/send-token-request.ts";
import type { Parameters } from "../tokens/shape-parameters.ts";
import { tokenRefusal } from "../tokens/token-refusal.ts";
import { withoutGrant } from "../tokens/without-grant.ts";
import { withoutOwnWriting } from "./without-own-writing.ts";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
/** Where the server does not say (RFC 8628 §3.2). */
const INTERVAL_S = 5;
const LIFE_S = 600;
/** What `slow_down` adds (RFC 8628 §3.5). */
const SLOWER_MS = 5_000;
const LEAST_INTERVAL_MS = 1_000;
const LONGEST_INTERVAL_MS = 300_000;
const LONGEST_LIFE_MS = 3_600_000;
const MOST_LETTERS = 200;

/** What a person is told, and what to ask with until that person has decided (RFC 8628 §3.2). */
export interface DeviceStart {
  /** What the person enters at `verificationUri`. */
  readonly userCode: string;
  readonly verificationUri: string;
  /** The same with the code in it, e.g. for a QR code. Absent: there is none. */
  readonly verificationUriComplete?: string;
  /** A secret: whoever has it gets the token. */
  readonly deviceCode: string;
  /** Epoch ms. */
  readonly expiresAtMs: number;
  /** How long to wait before each question. */
  readonly intervalMs: number;
  /** The scopes that were asked for. */
  readonly scopes: readonly string[];
}

/** How far the person is. */
export type DevicePoll =
  /** Ask again after `intervalMs`, which takes the place of the start's. */
  | { readonly state: "pending"; readonly intervalMs: number }
  /** The credential with the tokens in it. */
  | { readonly state: "granted"; readonly credential: PlainCredential };

/**
 * Starts the device authorization grant (RFC 8628 §3.1). Throws `MISCONFIGURED` where neither the contract nor the issuer's metadata says
 * where, or the answer lacks something; `AUTH_FAILED`, `TARGET_SICK`, `THROTTLED`, `EGRESS_DENIED`.
 */
export async function startDevice(
  asked: TokenQuery,
  ask: Pick<AuthorizationAsk, "scopes" | "withoutScopes"> = {},
): Promise<DeviceStart> {
  const query = await fillEndpoints(asked);
  const { scheme, settings, nowMs } = query;
  if (scheme.deviceUrl === undefined)
    throw new MortiseError("MISCONFIGURED", "Neither the contract nor its issuer says where devices ask for a code (deviceUrl).");
  const scopes = askedScopes(scheme, ask);
  const parameters = {
    ...filledTexts(scheme.authorizeParams, settings),
    ...(scopes.length === 0 ? {} : { scope: scopes.join(scheme.scopeSeparator ?? " ") }),
  };
  const { url, answer } = await send(query, scheme.deviceUrl, parameters);
  const body = parseAnswer(answer.body);
  if (answer.status >= 300) throw tokenRefusal(answer, body, url.host, "/device_code", nowMs);
  return { ...read(body, url.host, nowMs), scopes };
}

async function send(query: TokenQuery, deviceUrl: string, parameters: Parameters): Promise<TokenReply> {
  if (!isStandard(query.scheme)) return sendTokenRequest(withoutOwnWriting(query), deviceUrl, parameters);
  const client = await import("openid-client");
  const open = await openClient(query, "deviceUrl");
  return settle(open, () => client.initiateDeviceAuthorization(open.configuration, { ...parameters }));
}

function read(body: Json, host: string, nowMs: number): Omit<DeviceStart, "scopes"> {
  const text = (pointer: string): string | undefined => {
    const found = getPointer(body, pointer);
    return typeof found === "string" && found !== "" ? found : undefined;
  };
  const deviceCode = text("/device_code");
  const userCode = codeOf(text("/user_code"));
  // Some say `verification_url`, as a draft of the standard did.
  const verificationUri = pageOf(text("/verification_uri") ?? text("/verification_url"));
  const complete = pageOf(text("/verification_uri_complete"));
  if (deviceCode === undefined || userCode === undefined || userCode === "" || verificationUri === undefined)
    throw new MortiseError("MISCONFIGURED", `${host} gave no code that a person could enter (RFC 8628 §3.2).`);
  return {
    userCode,
    deviceCode,
    verificationUri,
    ...(complete === undefined ? {} : { verificationUriComplete: complete }),
    expiresAtMs: nowMs + Math.min(figure(getPointer(body, "/expires_in"), LIFE_S) * 1_000, LONGEST_LIFE_MS),
    intervalMs: within(figure(getPointer(body, "/interval"), INTERVAL_S) * 1_000),
  };
}

/** A person is sent nowhere but to a page, whose address is as it shows: without a user before the host, and in no letters that act. */
function pageOf(address: string | undefined): string | undefined {
  const url = address === undefined ? null : URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return url.href;
}

/** What a person types in is short and in letters that show. */
function codeOf(text: string | undefined): string | undefined {
  return text === undefined || text.length > MOST_LETTERS ? undefined : plainWords(text, MOST_LETTERS);
}

/** How long nobody asks: a server that wants to be asked all the time is not, and none keeps anybody waiting for long. */
const within = (intervalMs: number): number => Math.min(Math.max(intervalMs, LEAST_INTERVAL_MS), LONGEST_INTERVAL_MS);

function figure(found: Json | undefined, otherwise: number): number {
  const said = typeof found === "number" || typeof found === "string" ? Number(found) : Number.NaN;
  return Number.isFinite(said) && said > 0 ? said : otherwise;
}

/**
 * Asks whether the person has decided (RFC 8628 §3.4). Throws `AUTH_FAILED` where the person said no or the code has ended, otherwise as
 * `requestToken` does; after `TARGET_SICK` and `THROTTLED` it may be asked again.
 */
export async function pollDevice(asked: TokenQuery, start: DeviceStart): Promise<DevicePoll> {
  const query = withDpopKey(asked);
  const { scheme, settings, credential } = query;
  const parameters = { ...filledTexts(scheme.tokenParams, settings), device_code: start.deviceCode };
  try {
    const fresh = await requestToken(query, { grantType: scheme.grantType ?? GRANT, parameters });
    const scope = start.scopes.join(" ");
    const granted = { ...withoutGrant(scheme, revealAll(credential)), ...(scope === "" ? {} : { scope }), ...tokenFields(fresh) };
    return { state: "granted", credential: granted };
  } catch (error) {
    const word = isMortiseError(error) ? error.data.nativeCode : undefined;
    if (word === "authorization_pending") return { state: "pending", intervalMs: start.intervalMs };
    if (word === "slow_down") return { state: "pending", intervalMs: within(start.intervalMs + SLOWER_MS) };
    if (word === "access_denied") throw ended("The person did not grant access.", word);
    if (word === "expired_token") throw ended("Nobody granted access before the code ended.", word);
    throw error;
  }
}

function ended(message: string, nativeCode: string): MortiseError {
  return new MortiseError("AUTH_FAILED", message, { nativeCode, remedy: "Start again to get a new code." });
}
