/** Where one version of a secret belongs; it opens nowhere else. */
export interface SecretPlace {
  readonly tenant: string;
  readonly connection: string;
  readonly field: string;
  /** Of this field of this connection: grows by one at every change. */
  readonly version: number;
  /** `""` where the deployment names none. */
  readonly region: string;
}

/** What a key provider binds a wrapped key to: the same facts as bytes and, for systems with an encryption context, as texts. */
export interface Binding {
  readonly bytes: Buffer;
  readonly context: { readonly [name: string]: string };
}

const FORMAT = "mortise.secret/2";

/**
 * The additional data of a secret and of its data key: every part with its length before it, so that no two places have the same bytes. Throws
 * `RangeError` for half a surrogate pair, as UTF-8 writes all of them alike.
 */
export function bindingOf({ tenant, connection, field, version, region }: SecretPlace): Binding {
  const context = { format: FORMAT, tenant, connection, field, secret_version: String(version), region };
  return { bytes: lengthPrefixed(Object.values(context)), context };
}

/** The additional data of records of the first format. */
export function firstFormatBinding({ tenant, connection }: Pick<SecretPlace, "tenant" | "connection">): Binding {
  const context = { format: "mortise.credential/1", tenant, connection };
  return { bytes: lengthPrefixed(Object.values(context)), context };
}

function lengthPrefixed(parts: readonly string[]): Buffer {
  return Buffer.concat(
    parts.flatMap((part) => {
      if (!part.isWellFormed()) throw new RangeError("A part of a secret's place is no text.");
      const bytes = Buffer.from(part, "utf8");
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
