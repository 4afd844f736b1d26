/** A request before it is sent, as an auth scheme sees it. Header names are lower case (RFC 9110 §5.1: case-insensitive). */
export interface RequestDraft {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
}

/** A draft with the credential in it, and which of its places now hold a secret. */
export interface AuthorizedDraft extends RequestDraft {
  /** Lower-case names of headers to drop when a redirect leaves the origin, and to mask wherever headers are shown. */
  readonly secretHeaders: readonly string[];
  /** Names of query parameters to mask wherever the URL is shown. */
  readonly secretParams: readonly string[];
  /** Top-level fields that a `json` or `form` body gets; to be masked wherever it is shown, and a body with them crosses no origin. */
  readonly secretFields: { readonly [name: string]: string };
}

/** A request that is whole: nothing changes it any more but a signature. */
export interface WholeRequest extends RequestDraft {
  readonly body?: string | Buffer | undefined;
  /** Of a body that is read while it is sent, so that `body` is absent: its SHA-256 as hexadecimal digits. */
  readonly bodySha256?: string | undefined;
}

/** A whole request with its signature in it. */
export interface SignedRequest extends AuthorizedDraft {
  readonly body?: string | Buffer | undefined;
  /** Texts that were made for this one request and are secret while it counts: to be masked in what its answer shows. */
  readonly echoes: readonly string[];
}
