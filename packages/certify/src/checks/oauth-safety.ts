import type { OAuth2Scheme } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import { oauthSchemes } from "../walk/single-schemes.ts";

export const oauthSafety = defineCheck({
  id: "MC037",
  name: "oauth-safety",
  severity: "error",
  title: "OAuth uses PKCE with S256 unless the vendor cannot, and leaves state, redirect and challenge to the runtime.",
  why: "Without a proof key a code that is stolen on the way back is a token; with a fixed state anybody can put their account under yours.",
  reading:
    "`pkceReason` says why not S256 (RFC 9700 §2.1.1). Implicit and password grants are warnings: they are as the vendor has them, and RFC 9700 says not to use them.",
  autofix: "Removes parameters that are the runtime's.",
  bad: { contract: { auth: { oauth: { pkce: "off" } } } },
  good: {
    contract: {
      auth: {
        oauth: { pkce: "off", pkceReason: "Acme refuses requests that carry a code_challenge (documented, ticket 4711)." },
      },
    },
  },
  run: ({ contract }) => oauthSchemes(contract).flatMap(({ path, scheme }) => safetyFaults(scheme, path)),
});

/** Parameters that the runtime makes, anew for every sign-in. */
const OURS: readonly string[] = Object.freeze([
  "state",
  "redirect_uri",
  "code_challenge",
  "code_challenge_method",
  "code_verifier",
  "nonce",
  "response_type",
  "client_secret",
]);

function safetyFaults({ grant, pkce = "S256", pkceReason, authorizeParams = {} }: OAuth2Scheme, at: string): readonly Finding[] {
  const found: Finding[] = [];
  if (grant === "authorization_code" && pkce !== "S256" && (pkceReason ?? "").trim().length < MIN_REASON) {
    const message = `is ${pkce} without a reason; S256 is the default, and "pkceReason" says why a vendor cannot do it`;
    found.push({ code: "UNSAFE_CONTRACT", path: `${at}/pkce`, message });
  }
  for (const name of OURS) {
    if (!Object.hasOwn(authorizeParams, name)) continue;
    const path = `${at}/authorizeParams/${name}`;
    const fix = { title: "Remove it.", patch: [{ op: "remove" as const, path }] };
    found.push({ code: "UNSAFE_CONTRACT", path, message: "is made by the runtime, anew for every sign-in", fix });
  }
  if (grant === "implicit" || grant === "password") {
    const message = `the ${grant} grant shows tokens or passwords to parties that should not see them (RFC 9700 §2)`;
    found.push({ code: "UNSAFE_CONTRACT", path: `${at}/grant`, message, severity: "warning" });
  }
  return found;
}

const MIN_REASON = 15;
