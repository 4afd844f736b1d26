import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";

/**
 * A certificate that a key signs for itself (RFC 5280 §4.1), as PEM: enough for TLS to load it, and for its thumbprint. RSA, ECDSA and
 * Ed25519 keys.
 */
export function selfSigned(keyPem: string): string {
  const key = createPrivateKey(keyPem);
  const type = key.asymmetricKeyType;
  const algorithm = sequence(type === "rsa" ? SHA256_RSA : type === "ed25519" ? ED25519 : SHA256_ECDSA);
  const name = sequence(element(0x31, sequence(COMMON_NAME, element(0x0c, Buffer.from("simulated")))));
  const life = sequence(...["20200101000000Z", "20991231235959Z"].map((at) => element(0x18, Buffer.from(at))));
  const digest = createHash("sha256").update(keyPem).digest();
  const serial = element(0x02, Buffer.concat([Buffer.from([0x01]), digest.subarray(0, 8)]));
  const subjectKey = createPublicKey(key).export({ format: "der", type: "spki" });
  const body = sequence(element(0xa0, VERSION_3), serial, algorithm, name, life, name, subjectKey);
  const signature = element(0x03, Buffer.concat([Buffer.from([0x00]), sign(type === "ed25519" ? null : "sha256", body, key)]));
  const lines =
    sequence(body, algorithm, signature)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

const VERSION_3 = Buffer.from("020102", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");
const SHA256_RSA = Buffer.from("06092a864886f70d01010b0500", "hex");
const SHA256_ECDSA = Buffer.from("06082a8648ce3d040302", "hex");
const ED25519 = Buffer.from("06032b6570", "hex");

/** DER (X.690 §8.1): tag, length, content. */
function element(tag: number, content: Buffer): Buffer {
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => element(0x30, Buffer.concat(parts));
