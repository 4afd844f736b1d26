const MAX_ORIGINS = 1_000;

/** The nonces that servers want in the next proof, by origin (RFC 9449 §8, §9). They are no secrets; the latest one counts. */
export class DpopNonces {
  readonly #known = new Map<string, string>();

  of(url: URL): string | undefined {
    return this.#known.get(url.origin);
  }

  /**
   * Takes in the answer to a proof that had `used` as its nonce. True: it refuses that proof for want of the nonce that came with it, so
   * that another proof makes sense.
   */
  answered(url: URL, answer: NonceAnswer, used: string | undefined): boolean {
    const nonce = answer.headers["dpop-nonce"];
    if (nonce === undefined || nonce === "" || nonce.length > 1_000) return false;
    this.#known.delete(url.origin);
    this.#known.set(url.origin, nonce);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_ORIGINS) break;
      this.#known.delete(oldest);
    }
    return nonce !== used && wantsNonce(answer);
  }
}

/** What an answer says of nonces; names of headers in lower case. `body`: that of a token endpoint. */
export interface NonceAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
}

/** An authorization server says it in the body (§8), a resource server in `WWW-Authenticate` (§9). */
function wantsNonce({ status, headers, body = "" }: NonceAnswer): boolean {
  if (status === 401 && /\berror="?use_dpop_nonce\b/.test(headers["www-authenticate"] ?? "")) return true;
  return status >= 400 && status < 500 && /"error"\s*:\s*"use_dpop_nonce"/.test(body);
}
