import { X509Certificate } from "node:crypto";
import tls from "node:tls";
import { MortiseError } from "@mortise/contract";

const BLOCK = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** The certificate authorities that a deployment adds to those of Node: of an inspecting proxy, or of the company's own services. */
export class Authorities {
  readonly #added: readonly string[];
  #all: readonly string[] | undefined;
  #context: tls.SecureContext | undefined;

  /** @param pems PEM texts, each with one certificate or more. Throws `INVALID_VALUE` for a text without one, or with a broken one. */
  constructor(pems: readonly string[] = []) {
    this.#added = pems.flatMap((pem, index) => certificatesIn(pem, index));
  }

  /** Whether there are any beside Node's own. */
  get isEmpty(): boolean {
    return this.#added.length === 0;
  }

  /** Node's own and the added ones. */
  all(): readonly string[] {
    this.#all ??= [...tls.getCACertificates("default"), ...this.#added];
    return this.#all;
  }

  /** What TLS connections trust, where it is more than Node's own. */
  context(): tls.SecureContext | undefined {
    if (this.isEmpty) return undefined;
    this.#context ??= tls.createSecureContext({ ca: [...this.all()] });
    return this.#context;
  }
}

function certificatesIn(pem: string, index: number): readonly string[] {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length > 0 && blocks.every(isCertificate)) return blocks;
  throw new MortiseError("INVALID_VALUE", `ca: entry ${index + 1} is no certificate in PEM form.`, {
    remedy: "Give the text between -----BEGIN CERTIFICATE----- and -----END CERTIFICATE-----, both included.",
  });
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
