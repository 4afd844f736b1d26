import { type AppInstallScheme, type Json, MortiseError } from "@mortise/contract";
import { revealAll } from "../credential/reveal.ts";
import type { AuthorizationPending, AuthorizationStart } from "../tokens/authorization-code.ts";
import type { PlainCredential } from "../tokens/credential-store.ts";
import { endpointUrl } from "../tokens/endpoint-url.ts";
import { keptValues } from "../tokens/kept-values.ts";
import { plainWords } from "../tokens/plain-words.ts";
import type { StepQuery } from "../tokens/run-steps.ts";
import { selfMadeToken } from "./scheme-token.ts";

/** An installation that is being made. */
export interface InstallQuery extends StepQuery {
  readonly scheme: AppInstallScheme;
  /** Checks what the installation tells and returns the settings with it. Throws `MISCONFIGURED`. */
  readonly admit: NonNullable<AuthorizationPending["admit"]>;
  /** Learns the first token before anyone else sees it. */
  readonly learn: (secrets: readonly string[]) => void;
}

/** Bytes of a state: nobody guesses it. */
const STATE_BYTES = 24;

/** Whether a person installs the app in their browser, who otherwise enters the installation by hand. */
export function installsByBrowser({ installUrl }: AppInstallScheme): boolean {
  return installUrl !== undefined;
}

/** Where a person installs the app; `state` comes back with the browser. Throws `MISCONFIGURED`. */
export function askForInstallation(
  { installUrl = "" }: AppInstallScheme,
  settings: { readonly [name: string]: Json },
  randomBytes: (size: number) => Uint8Array,
): AuthorizationStart {
  const state = Buffer.from(randomBytes(STATE_BYTES)).toString("base64url");
  const url = endpointUrl(installUrl, settings);
  url.searchParams.set("state", state);
  return Object.freeze({ url, state, codeVerifier: undefined });
}

/**
 * Takes what came back after the installation, and fetches the first token with it, so that what does not belong to the app's key is not
 * kept. Which person installed it is not in the answer: any installation of the same app passes. Returns the credential with what the contract
 * keeps. Throws `AUTH_FAILED` for another state and where the app is not installed, `MISCONFIGURED`, and what fetching a token came to.
 */
export async function finishInstallation(query: InstallQuery, callbackUrl: URL, state: string): Promise<PlainCredential> {
  const { scheme, credential, admit, learn } = query;
  const said = callbackUrl.searchParams;
  if (state === "" || said.get("state") !== state)
    throw new MortiseError("AUTH_FAILED", "The answer belongs to another sign-in.", { remedy: "Connect again." });
  const error = said.get("error");
  if (error !== null)
    throw new MortiseError("AUTH_FAILED", "The app was not installed.", {
      nativeCode: plainWords(error, 100),
      remedy: "Connect again.",
    });
  const kept = keptValues(scheme.keep, { redirect: (name) => said.get(name) ?? undefined }, query.settings);
  if ((scheme.keep ?? []).length > 0 && Object.keys(kept).length === 0)
    throw new MortiseError("AUTH_FAILED", "The app is not installed yet: the answer names no installation.", {
      remedy: "If an owner over there has to approve it, connect again once they did.",
    });
  const fields = { ...revealAll(credential), ...kept };
  const { token } = await selfMadeToken(scheme, { ...query, settings: admit(fields) });
  learn([token]);
  if (token === "") throw new MortiseError("AUTH_FAILED", "The installation gave no token.", { remedy: "Connect again." });
  return fields;
}
