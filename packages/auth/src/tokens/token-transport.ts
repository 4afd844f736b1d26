/** A request to a token endpoint or a login page. Its body and its `authorization` header hold secrets. */
export interface TokenRequest {
  readonly method: "GET" | "POST";
  readonly url: URL;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  /** Texts in it that are secret beside the credential's, to be masked wherever it shows. Absent: none. */
  readonly secrets?: readonly string[];
  /** Shown when the connection is made (RFC 8705 §2). Absent: none. */
  readonly certificate?: ClientCertificate;
}

/** A client's certificate and key, PEM. */
export interface ClientCertificate {
  readonly cert: string;
  readonly key: string;
  readonly passphrase?: string;
  /** The only authorities that are trusted then. Absent: the usual ones. */
  readonly ca?: string;
}

/** What came back; names of headers in lower case. */
export interface TokenAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** Takes this connection's secrets out of what is told of it. Absent: nobody knows them. */
  readonly hide?: (text: string) => string;
}

/**
 * Sends a request through the deployment's one way out, within its own time limit. Rejects with a `MortiseError`: `EGRESS_DENIED`, or
 * `TARGET_SICK` where no answer came.
 */
export interface TokenTransport {
  (request: TokenRequest): Promise<TokenAnswer>;
  /** The way out itself: what is learnt of a provider over it holds for all transports that share it. Absent: the transport alone. */
  readonly way?: object;
  /** As {@link TokenAnswer.hide}, where there is no answer. */
  readonly hide?: (text: string) => string;
  /** Is told of secrets that came, to hide them from now on. Absent: nobody is. */
  readonly learn?: (secrets: readonly string[]) => void;
}
