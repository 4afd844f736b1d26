import { MortiseError } from "@mortise/contract";

/**
 * Holds bytes against the digest that an answer says of the whole (`Repr-Digest`, RFC 9530 §3); one that it does not say, or in another algorithm
 * than SHA-256, proves nothing. Throws `INVALID_OUTPUT`.
 */
export function checkDigests(headers: { readonly [name: string]: string }, sha256: Buffer): void {
  // It is of the form that was sent, which packed is another one than what was written.
  if (headers["content-encoding"] !== undefined) return;
  const [, said] = /(?:^|[,\s])sha-256=:([A-Za-z0-9+/]+={0,2}):/.exec(headers["repr-digest"] ?? "") ?? [];
  if (said === undefined || Buffer.from(said, "base64").equals(sha256)) return;
  throw new MortiseError("INVALID_OUTPUT", "The bytes that came are not those whose digest the answer says (Repr-Digest).");
}
