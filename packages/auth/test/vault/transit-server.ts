import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** A Transit engine on this machine, as the public API documentation of OpenBao describes it. */
export interface TransitServer {
  readonly address: string;
  readonly token: string;
  readonly namespace: string;
  /** Paths that were asked for, in order. */
  readonly asked: string[];
  /** Answers the next requests with this status instead. */
  fail(status: number, times: number, headers?: Readonly<Record<string, string>>): void;
  close(): Promise<void>;
}

interface Key {
  readonly derived: boolean;
  readonly versions: Map<number, { readonly bytes: Buffer; readonly madeS: number }>;
  latest: number;
  minDecryption: number;
  minEncryption: number;
  minAvailable: number;
}

interface Body {
  readonly plaintext?: string;
  readonly ciphertext?: string;
  readonly associated_data?: string;
  readonly context?: string;
  readonly key_version?: number;
  readonly min_decryption_version?: number;
  readonly min_encryption_version?: number;
  readonly min_available_version?: number;
}

/** Starts the engine with one `aes256-gcm96` key of the name `mortise`, at version 1. */
export async function transitServer(options: { readonly derived?: boolean } = {}): Promise<TransitServer> {
  const token = `s.${randomBytes(12).toString("hex")}`;
  const namespace = "team/eu";
  const asked: string[] = [];
  const failures: { status: number; headers: Readonly<Record<string, string>> }[] = [];
  const keys = new Map<string, Key>();
  keys.set("mortise", newKey(options.derived ?? false));

  const server = createServer(async (request, response) => {
    const body = await readBody(request);
    asked.push(`${request.method} ${request.url}`);
    const failure = failures.shift();
    const { status, data, errors } = failure
      ? {
          status: failure.status,
          data: undefined,
          errors: failure.status === 503 ? ["Vault is sealed"] : ["rate limit quota exceeded"],
        }
      : request.headers["x-vault-token"] !== token || request.headers["x-vault-namespace"] !== namespace
        ? refuse(403, "permission denied")
        : answer(keys, request.method ?? "", request.url ?? "", body);
    response.writeHead(status, { "content-type": "application/json", ...failure?.headers });
    response.end(status === 204 ? undefined : JSON.stringify(errors ? { errors } : { request_id: "r", data, warnings: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    token,
    namespace,
    asked,
    fail: (status, times, headers = {}) => {
      for (let left = times; left > 0; left--) failures.push({ status, headers });
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Reply {
  readonly status: number;
  readonly data?: unknown;
  readonly errors?: readonly string[];
}

const refuse = (status: number, ...errors: string[]): Reply => ({ status, errors });

function answer(keys: Map<string, Key>, method: string, url: string, body: Body): Reply {
  const [, action, name, sub] = /^\/v1\/transit\/(encrypt|decrypt|keys)\/([a-z-]+)(?:\/(rotate|config|trim))?$/.exec(url) ?? [];
  const key = keys.get(name ?? "");
  if (!action) return refuse(404);
  if (action === "keys" && method === "GET") return key ? { status: 200, data: view(name ?? "", key) } : refuse(404);
  if (!key) return refuse(400, "encryption key not found");
  if (action === "encrypt") return encrypt(key, body);
  if (action === "decrypt") return decrypt(key, body);
  if (sub === "rotate") {
    addVersion(key);
    return { status: 204 };
  }
  return sub === "config" ? configure(key, body) : trim(key, body);
}

function configure(key: Key, body: Body): Reply {
  const minDecryption = body.min_decryption_version ?? key.minDecryption;
  const minEncryption = body.min_encryption_version ?? key.minEncryption;
  if (minDecryption > key.latest) return refuse(400, "cannot set min decryption version of greater than the latest version");
  if (minDecryption < key.minAvailable) return refuse(400, "min decryption version is less than the minimum available version");
  if (minEncryption !== 0 && minEncryption < minDecryption)
    return refuse(400, "min encryption version should not be less than min decryption version");
  if (minEncryption > key.latest) return refuse(400, "cannot set min encryption version of greater than the latest version");
  key.minDecryption = minDecryption;
  key.minEncryption = minEncryption;
  return { status: 204 };
}

function trim(key: Key, { min_available_version: least }: Body): Reply {
  if (least === undefined) return refuse(400, "missing min_available_version");
  if (key.minEncryption === 0)
    return refuse(400, "minimum available version cannot be set when minimum encryption version is not set");
  if (key.minDecryption === 0)
    return refuse(400, "minimum available version cannot be set when minimum decryption version is not set");
  if (least > key.minEncryption || least > key.minDecryption)
    return refuse(400, "minimum available version cannot be higher than minmum encryption or decryption version");
  if (least < key.minAvailable) return refuse(400, "minimum available version cannot be decremented");
  key.minAvailable = least;
  for (const version of key.versions.keys()) if (version < least) key.versions.delete(version);
  return { status: 204 };
}

function encrypt(key: Key, body: Body): Reply {
  const version = body.key_version || key.latest;
  if (key.derived && !body.context)
    return refuse(400, "missing 'context' for key derivation; the key was created using a derived key");
  if (version < key.minEncryption || version > key.latest) return refuse(400, "requested version for encryption is not allowed");
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", bytesOf(key, version, body), iv);
  if (body.associated_data) cipher.setAAD(Buffer.from(body.associated_data, "base64"));
  const bytes = Buffer.concat([
    iv,
    cipher.update(Buffer.from(body.plaintext ?? "", "base64")),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return { status: 200, data: { ciphertext: `vault:v${version}:${bytes.toString("base64")}`, key_version: version } };
}

function decrypt(key: Key, body: Body): Reply {
  const [, digits, text] = /^vault:v(\d+):(.+)$/.exec(body.ciphertext ?? "") ?? [];
  if (!digits || !text) return refuse(400, "invalid ciphertext: no prefix");
  const version = Number(digits);
  if (version > key.latest) return refuse(400, "invalid ciphertext: version is too new");
  if (version < key.minDecryption) return refuse(400, "ciphertext or signature version is disallowed by policy (too old)");
  const bytes = Buffer.from(text, "base64");
  if (bytes.length < 28) return refuse(400, "invalid ciphertext length");
  try {
    const decipher = createDecipheriv("aes-256-gcm", bytesOf(key, version, body), bytes.subarray(0, 12));
    if (body.associated_data) decipher.setAAD(Buffer.from(body.associated_data, "base64"));
    decipher.setAuthTag(bytes.subarray(-16));
    const plain = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    return { status: 200, data: { plaintext: plain.toString("base64") } };
  } catch {
    return refuse(400, "cipher: message authentication failed");
  }
}

function bytesOf(key: Key, version: number, { context }: Body): Buffer {
  const bytes = key.versions.get(version)?.bytes ?? Buffer.alloc(32);
  return key.derived ? Buffer.from(hkdfSync("sha256", bytes, "", Buffer.from(context ?? "", "base64"), 32)) : bytes;
}

function newKey(derived: boolean): Key {
  const key: Key = { derived, versions: new Map(), latest: 0, minDecryption: 1, minEncryption: 0, minAvailable: 0 };
  addVersion(key);
  return key;
}

function addVersion(key: Key): void {
  key.latest++;
  key.versions.set(key.latest, { bytes: randomBytes(32), madeS: Math.floor(Date.now() / 1_000) });
}

/** Versions before the least that decrypts are archived, and not listed. */
function view(name: string, key: Key) {
  const listed = [...key.versions].filter(([version]) => version >= key.minDecryption);
  return {
    name,
    type: "aes256-gcm96",
    derived: key.derived,
    exportable: false,
    keys: Object.fromEntries(listed.map(([version, { madeS }]) => [version, madeS])),
    latest_version: key.latest,
    min_decryption_version: key.minDecryption,
    min_encryption_version: key.minEncryption,
    min_available_version: key.minAvailable,
    supports_encryption: true,
    supports_decryption: true,
  };
}

async function readBody(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text === "" ? {} : (JSON.parse(text) as Body);
}
