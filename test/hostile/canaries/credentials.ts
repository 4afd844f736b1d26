import { createPrivateKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { type AuthScheme, credentialSchema } from "@mortise/contract";
import type { CertificatePair } from "../../world/certificates.ts";
import type { CanaryLedger } from "./ledger.ts";

type Fields = Record<string, string>;

/** Fields that are kept up to date by Mortise itself: the vendor gives them. */
const GIVEN = /^(?:refreshToken|expiresAt|refreshExpiresAt|scope|dpopKey|registrationToken|kept|accessToken)(?:$|\.)/;

/** What a connection with client certificates is made of. */
export interface TlsParts {
  readonly ca: string;
  readonly client: () => Promise<CertificatePair>;
}

/**
 * A credential for a scheme, out of its own schema: a canary of its own in every secret field, and in the others something that may be seen.
 */
export async function credentialFor(owner: string, scheme: AuthScheme, ledger: CanaryLedger, tls: TlsParts): Promise<Fields> {
  const { properties = {} } = credentialSchema(scheme);
  const fields: Fields = {};
  const pair = "certificate" in properties && "ca" in properties ? await tls.client() : undefined;
  for (const [name, schema] of Object.entries(properties)) {
    const isSecret = typeof schema === "object" && schema["x-secret"] === true;
    const isGiven = GIVEN.test(name) && !(name === "accessToken" && scheme.kind === "oauth2" && scheme.grant === "implicit");
    if (isGiven || name in fields || (name === "sessionToken" && owner === "aws")) continue;
    if (name === "ca") fields.ca = tls.ca;
    else if (name === "certificate") fields.certificate = pair?.cert ?? (await tls.client()).cert;
    else if (name === "privateKey" && pair !== undefined) {
      fields.passphrase = ledger.mint(owner, "passphrase");
      fields.privateKey = takeKey(owner, name, locked(pair.key, fields.passphrase), ledger);
    } else if (name === "privateKey") fields.privateKey = takeKey(owner, name, newKey(owner, scheme), ledger);
    else if (name === "hexKey") fields[name] = ledger.take(owner, name, randomBytes(64).toString("hex"));
    else if (name === "base64Key") fields[name] = ledger.take(owner, name, randomBytes(48).toString("base64"));
    else if (isSecret) fields[name] = ledger.mint(owner, name, name === "dbCertificateKey" ? "plain" : "odd");
    else fields[name] = name === "username" ? "ada-visible" : `${name}-visible`;
  }
  return fields;
}

/** A key is looked for by a slice of one of its lines, behind what all keys of its kind begin with. */
function takeKey(owner: string, name: string, pem: string, ledger: CanaryLedger): string {
  const lines = pem.trim().split("\n").slice(1, -1);
  const line = lines.at(-2) ?? "";
  return ledger.take(owner, name, pem, lines.length > 4 ? line.slice(0, 34) : (lines[0] ?? "").slice(lines.length > 1 ? 49 : 24));
}

function locked(pem: string, passphrase: string): string {
  const options = { format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase } as const;
  return createPrivateKey(pem).export(options).toString();
}

function newKey(owner: string, scheme: AuthScheme): string {
  const text = `${owner} ${JSON.stringify(scheme)}`;
  const isEd = /EdDSA|"ed25519"/.test(text);
  const isEc = /"ES256"|ecdsa/.test(text);
  const { privateKey } = isEd
    ? generateKeyPairSync("ed25519")
    : isEc
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ format: "pem", type: "pkcs8" }).toString();
}
