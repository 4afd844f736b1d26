import { MortiseError } from "@mortise/contract";
import type { KekProvider, KeyDescription, KeyState, WrappedDek } from "./kek-provider.ts";
import { keyRefused } from "./refusals.ts";
import type { Binding } from "./secret-place.ts";
import { TransitClient, type TransitClientOptions, type TransitKey } from "./transit-client.ts";

/** Options of {@link transitKeys}. */
export interface TransitKeysOptions extends TransitClientOptions {
  /** Name of an `aes256-gcm96` key of the engine. */
  readonly key: string;
  /** True where the key is derived: the place of a secret is then the key derivation's context too. Absent: false. */
  readonly derived?: boolean;
  /** Absent: none. */
  readonly region?: string;
}

/**
 * Keys of the Transit engine of OpenBao or HashiCorp Vault; a version of the key is a key of ours. The token needs `update` on
 * `<mount>/encrypt/<key>` and `<mount>/decrypt/<key>` and `read` on `<mount>/keys/<key>`; for rotation `update` on
 * `<mount>/keys/<key>/rotate`, `…/config` and `…/trim` too.
 */
export function transitKeys(options: TransitKeysOptions): KekProvider {
  return new TransitKeys(options);
}

class TransitKeys implements KekProvider {
  readonly kind = "transit";
  readonly place: string;
  readonly region: string;
  readonly remote = true;
  readonly #client: TransitClient;
  readonly #key: string;
  readonly #derived: boolean;
  readonly #prefix: string;

  constructor(options: TransitKeysOptions) {
    this.#client = new TransitClient(options);
    this.#key = options.key;
    this.#derived = options.derived ?? false;
    this.region = options.region ?? "";
    this.#prefix = `transit:${this.#client.mount}/${options.key}:v`;
    this.place = `${this.#client.address}/v1/${this.#client.mount}/keys/${options.key}`;
  }

  async owns(kekId: string): Promise<boolean> {
    return kekId.startsWith(this.#prefix);
  }

  async current(): Promise<string> {
    return `${this.#prefix}${(await this.#read()).latest_version}`;
  }

  async wrap(dek: Buffer, binding: Binding): Promise<WrappedDek> {
    const body = { plaintext: dek.toString("base64"), ...this.#bound(binding) };
    const { ciphertext } = await this.#client.send<{ ciphertext: string }>("POST", `encrypt/${this.#key}`, body);
    return { kekId: `${this.#prefix}${versionOf(ciphertext)}`, wrapped: ciphertext };
  }

  async unwrap({ kekId, wrapped }: WrappedDek, binding: Binding): Promise<Buffer> {
    if (!(await this.owns(kekId))) throw keyRefused(kekId, `is none of ${this.place}`);
    if (`${this.#prefix}${versionOf(wrapped)}` !== kekId)
      throw new MortiseError("SECRET_TAMPERED", `A data key names ${kekId}, and was wrapped by another version of it.`);
    const body = { ciphertext: wrapped, ...this.#bound(binding) };
    const { plaintext } = await this.#client.send<{ plaintext: string }>("POST", `decrypt/${this.#key}`, body, kekId);
    return Buffer.from(plaintext, "base64");
  }

  async describe(): Promise<readonly KeyDescription[]> {
    const key = await this.#read();
    return Array.from({ length: key.latest_version }, (_, index) => {
      const version = index + 1;
      const made = createdAtMs(key, version);
      const state = stateOf(key, version);
      return { id: `${this.#prefix}${version}`, state, ...(made === undefined ? {} : { createdAtMs: made }) };
    });
  }

  async rotate(): Promise<string> {
    await this.#client.send("POST", `keys/${this.#key}/rotate`, {});
    return await this.current();
  }

  /** The engine knows a least version only: every older version is disabled with it. */
  async disable(kekId: string): Promise<void> {
    const version = this.#versionIn(kekId);
    const key = await this.#read();
    if (version >= key.latest_version)
      throw new MortiseError("NOT_ALLOWED", `The key ${kekId} is the active one.`, { remedy: "Run mortise vault rotate first." });
    if (stateOf(key, version) !== "decrypt-only") return;
    await this.#client.send("POST", `keys/${this.#key}/config`, { min_decryption_version: version + 1 });
  }

  async enable(kekId: string): Promise<void> {
    const version = this.#versionIn(kekId);
    const key = await this.#read();
    const state = stateOf(key, version);
    if (state === "destroyed") throw keyRefused(kekId, "is destroyed");
    if (state === "disabled") await this.#client.send("POST", `keys/${this.#key}/config`, { min_decryption_version: version });
  }

  async destroy(kekId: string): Promise<void> {
    const version = this.#versionIn(kekId);
    const key = await this.#read();
    const state = stateOf(key, version);
    if (state === "destroyed") return;
    if (state !== "disabled")
      throw new MortiseError("NOT_ALLOWED", `The key ${kekId} is ${state}, not disabled.`, {
        remedy: `Run mortise vault disable ${kekId} first.`,
      });
    const least = Math.max(version + 1, key.min_encryption_version ?? 0);
    await this.#client.send("POST", `keys/${this.#key}/config`, {
      min_encryption_version: Math.max(least, key.min_decryption_version),
    });
    await this.#client.send("POST", `keys/${this.#key}/trim`, { min_available_version: version + 1 });
  }

  async #read(): Promise<TransitKey> {
    return await this.#client.send<TransitKey>("GET", `keys/${this.#key}`);
  }

  #bound({ bytes }: Binding): { readonly [name: string]: string } {
    const text = bytes.toString("base64");
    return this.#derived ? { associated_data: text, context: text } : { associated_data: text };
  }

  #versionIn(kekId: string): number {
    const version = Number(kekId.slice(this.#prefix.length));
    if (kekId.startsWith(this.#prefix) && Number.isInteger(version) && version > 0) return version;
    throw keyRefused(kekId, `is none of ${this.place}`);
  }
}

/** The version in `vault:v3:…`. */
function versionOf(ciphertext: string): number {
  const found = /^vault:v(\d+):/.exec(ciphertext)?.[1];
  if (found === undefined)
    throw new MortiseError("SECRET_TAMPERED", "A data key is not in the form that the Transit engine gives.");
  return Number(found);
}

function stateOf(key: TransitKey, version: number): KeyState {
  if (version < (key.min_available_version ?? 0)) return "destroyed";
  if (version < key.min_decryption_version) return "disabled";
  return version === key.latest_version ? "active" : "decrypt-only";
}

/** Seconds since the epoch of symmetric keys, RFC 3339 of others; archived versions are not listed. */
function createdAtMs({ keys }: TransitKey, version: number): number | undefined {
  const found = keys?.[String(version)];
  return typeof found === "number" ? found * 1_000 : undefined;
}
