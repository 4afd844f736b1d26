import "reflect-metadata";
import { webcrypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

/** A certificate and its key, both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** An authority that exists for one test. */
export interface TestAuthority {
  /** PEM; the only thing to trust. */
  readonly ca: string;
  /** A certificate of a server at these addresses and names. */
  server(...hosts: readonly string[]): Promise<CertificatePair>;
  /** A client's certificate. `notAfter` in the past makes it one that has ended. */
  client(name: string, notAfter?: Date): Promise<CertificatePair>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const DAY_MS = 86_400_000;

/** Makes an authority; nothing of it is stored. */
export async function testAuthority(name = "Test authority"): Promise<TestAuthority> {
  const keys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: "01",
    name: `CN=${name}`,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + 30 * DAY_MS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  let serial = 1;
  const issue = async (subject: string, notAfter: Date, extensions: x509.Extension[]): Promise<CertificatePair> => {
    const own = await newKeys();
    serial += 1;
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: serial.toString(16).padStart(2, "0"),
      subject: `CN=${subject}`,
      issuer: root.subject,
      notBefore: new Date(Date.now() - 2 * DAY_MS),
      notAfter,
      signingAlgorithm: ALGORITHM,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      extensions,
    });
    return { cert: certificate.toString("pem"), key: await pemOf(own.privateKey) };
  };
  const later = () => new Date(Date.now() + 10 * DAY_MS);
  return {
    ca: root.toString("pem"),
    server: (...hosts) =>
      issue(hosts[0] ?? "localhost", later(), [
        new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
        new x509.SubjectAlternativeNameExtension(
          hosts.map((host) =>
            /^[\d.]+$|:/.test(host) ? { type: "ip" as const, value: host } : { type: "dns" as const, value: host },
          ),
        ),
      ]),
    client: (subject, notAfter = later()) =>
      issue(subject, notAfter, [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]),
  };
}

async function newKeys(): Promise<CryptoKeyPair> {
  return (await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
}

async function pemOf(key: CryptoKey): Promise<string> {
  const bytes = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${bytes.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`;
}
