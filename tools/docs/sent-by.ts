import { applyAuth, type Credential, requestSigner, Secret, type WholeRequest, wrapCredential } from "@mortise/auth";
import type { AuthScheme } from "@mortise/contract";
import { createSimulator } from "@mortise/simulator";
import { exampleContract } from "./example-contract.ts";

/** What a request with a body has more of once a credential has been put in and it is signed: names of headers, parameters and cookies, as the code does it. */
export async function sentBy(scheme: AuthScheme): Promise<readonly string[]> {
  const simulator = await createSimulator(exampleContract({ account: scheme }));
  const { credential: plain = {}, settings = {} } = simulator.connectionFor();
  await simulator.close();
  const credential: Credential = wrapCredential(plain);
  const url = new URL("https://api.acme.example/contacts?page=1");
  const bare: WholeRequest = { method: "POST", url, headers: { "content-type": "application/json" }, body: "{}" };
  const draft = applyAuth(scheme, credential, bare, () => new Secret("token"), settings);
  const whole: WholeRequest = { ...draft, body: bare.body };
  const signer = requestSigner(scheme, { credential, settings });
  if (signer === undefined) return placesOf(bare, whole);
  const context = {
    nowMs: Date.UTC(2026, 0, 1),
    randomBytes: (size: number) => new Uint8Array(size),
    held: () => new Secret("token"),
    learn: () => {},
    customCode: { run: async () => ({ headers: { "x-proof": "a" } }) },
  };
  const first = await signer.sign(whole, context);
  const isChallenged = signer.answered?.(first, { status: 401, headers: { "www-authenticate": CHALLENGE } }, context) === true;
  return placesOf(bare, isChallenged ? await signer.sign(whole, context) : first);
}

const CHALLENGE = 'Digest realm="acme", qop="auth", algorithm=SHA-256, nonce="n"';

function placesOf(before: WholeRequest, after: WholeRequest): readonly string[] {
  const headers = Object.entries(after.headers).flatMap(([name, value]) =>
    before.headers[name] === value ? [] : [`\`${name}\`${schemeIn(name, value)}`],
  );
  const parameters = [...after.url.searchParams.keys()].filter((name) => !before.url.searchParams.has(name));
  return [...headers, ...parameters.map((name) => `\`${name}\` in the query`)];
}

/** The scheme that an `Authorization` header names (RFC 9110 §11.4). */
function schemeIn(name: string, value: string): string {
  const [scheme] = /^\S+(?= )/.exec(value) ?? [];
  return name === "authorization" && scheme !== undefined ? ` (${scheme})` : "";
}
