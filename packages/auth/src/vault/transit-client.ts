import { isMortiseError, MortiseError } from "@mortise/contract";
import { keyRefused, vaultUnavailable } from "./refusals.ts";

/** One request to a key provider. The part of the `fetch` standard that is needed; redirects must not be followed. */
export type KeyTransport = (
  url: string,
  request: {
    readonly method: "GET" | "POST";
    readonly headers: { readonly [name: string]: string };
    readonly body?: string;
  },
) => Promise<{ readonly status: number; readonly headers: { get(name: string): string | null }; text(): Promise<string> }>;

/** Options of {@link TransitClient}. */
export interface TransitClientOptions {
  /** Origin of the server, e.g. `https://bao.internal:8200`. */
  readonly address: string;
  /** Path of the engine; absent: `transit`. */
  readonly mount?: string;
  /** Absent: the root namespace. */
  readonly namespace?: string;
  /** Asked before every request, so that an agent may renew it. */
  readonly token: () => Promise<string>;
  readonly transport: KeyTransport;
  /** Epoch ms. */
  readonly now: () => number;
}

/** What the engine says about a key. */
export interface TransitKey {
  readonly latest_version: number;
  readonly min_decryption_version: number;
  readonly min_encryption_version?: number;
  readonly min_available_version?: number;
  readonly keys?: { readonly [version: string]: unknown };
}

const TOO_OLD = /disallowed by policy/;
const NO_KEY = /key not found|no existing key/;

/** The HTTP API of the Transit engine: one request, and its refusals by name. */
export class TransitClient {
  readonly address: string;
  readonly mount: string;
  readonly #options: TransitClientOptions;

  constructor(options: TransitClientOptions) {
    this.address = options.address.replace(/\/+$/, "");
    this.mount = options.mount ?? "transit";
    this.#options = options;
  }

  /**
   * Sends one request and gives `data` of the answer. `kekId` is named where the engine does not let it be used. Throws
   * `VAULT_UNAVAILABLE`, `VAULT_KEY_REFUSED`, and `SECRET_TAMPERED` where the engine could not decrypt.
   */
  async send<Data>(method: "GET" | "POST", path: string, body?: object, kekId = path): Promise<Data> {
    const answer = await this.#ask(method, path, body);
    const text = await answer.text().catch((cause: unknown) => {
      throw vaultUnavailable(`${this.address} broke its answer off.`, { cause });
    });
    if (answer.status === 204) return {} as Data;
    const parsed = parse(text);
    if (answer.status >= 200 && answer.status < 300) {
      if (parsed.data !== undefined) return parsed.data as Data;
      throw vaultUnavailable(`${this.address} gave an answer that is not the Transit engine's.`);
    }
    throw this.#refusal(answer.status, parsed.errors, answer.headers.get("retry-after"), kekId);
  }

  async #ask(method: "GET" | "POST", path: string, body: object | undefined) {
    const { token, transport, namespace } = this.#options;
    try {
      return await transport(`${this.address}/v1/${this.mount}/${path}`, {
        method,
        headers: {
          "x-vault-token": await token(),
          ...(namespace === undefined ? {} : { "x-vault-namespace": namespace }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch (cause) {
      if (isMortiseError(cause)) throw cause;
      throw vaultUnavailable(`${this.address} cannot be reached.`, { cause });
    }
  }

  #refusal(status: number, errors: readonly string[], retryAfter: string | null, kekId: string): MortiseError {
    const said = errors.join("; ") || `status ${status}`;
    if (status === 403)
      return keyRefused(kekId, `may not be used with this token (${said})`, "Renew the token, or widen its policy.");
    if (status === 404 || NO_KEY.test(said)) return keyRefused(kekId, `does not exist at ${this.address}`);
    if (status === 400 && TOO_OLD.test(said))
      return keyRefused(kekId, "is disabled", `Enable it: mortise vault enable ${kekId}.`);
    if (status === 400) return new MortiseError("SECRET_TAMPERED", `The Transit engine refused a data key: ${said}.`);
    if (status >= 300 && status < 400)
      return vaultUnavailable(`${this.address} answered with a redirect, which is not followed.`);
    const retryAtMs = status === 429 || status === 503 ? this.#options.now() + seconds(retryAfter) : undefined;
    return vaultUnavailable(`${this.address} does not answer now (${said}).`, retryAtMs === undefined ? {} : { retryAtMs });
  }
}

/** A second where the header says nothing that can be read. */
function seconds(retryAfter: string | null): number {
  const found = Number(retryAfter ?? "");
  return retryAfter !== null && retryAfter !== "" && Number.isFinite(found) && found >= 0 ? found * 1_000 : 1_000;
}

function parse(text: string): { readonly data?: unknown; readonly errors: readonly string[] } {
  try {
    const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown };
    return { data, errors: Array.isArray(errors) ? errors.map(String) : [] };
  } catch {
    return { errors: [] };
  }
}
