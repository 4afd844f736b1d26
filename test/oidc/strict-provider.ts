import { createHash, randomBytes, type X509Certificate } from "node:crypto";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import Provider, { type ClientMetadata, type Configuration } from "oidc-provider";
import { onTestFinished } from "vitest";
import { testAuthority } from "../world/certificates.ts";

export const REDIRECT = "https://mortise.example/oauth/callback";
/** Of clients whose metadata does not say another one. */
export const SECRET = "a-secret-that-is-long-enough-for-hs256";

/** What a test needs of a provider. */
export interface StrictProvider {
  readonly issuer: string;
  /** The same provider behind TLS that asks for a client certificate. */
  readonly tlsOrigin: string;
  /** PEM: who signed the TLS server's certificate, and whom it trusts. */
  readonly ca: string;
  readonly certificateFor: (subject: string) => Promise<{ readonly cert: string; readonly key: string }>;
  readonly provider: Provider;
  /** Requests as `METHOD path`, in order. */
  readonly seen: string[];
}

export interface ProviderParts {
  readonly clients: readonly ClientMetadata[];
  readonly features?: Configuration["features"];
  readonly configuration?: Partial<Configuration>;
}

/**
 * A certified OpenID provider on loopback that is as strict as it can be: proof keys for everybody, refresh tokens that can be used once
 * (another use ends the whole grant), `iss` in its answers, a nonce in every proof of possession, client certificates that it verifies.
 */
export async function strictProvider({ clients, features, configuration }: ProviderParts): Promise<StrictProvider> {
  const authority = await testAuthority("Authority of the provider");
  const own = await authority.server("127.0.0.1", "localhost");
  const plain = createServer();
  const tls = createTlsServer({ ...own, ca: authority.ca, requestCert: true, rejectUnauthorized: false });
  const [issuer, tlsOrigin] = [`http://127.0.0.1:${await listen(plain)}`, `https://127.0.0.1:${await listen(tls)}`];
  const at = (path: string) => `${tlsOrigin}${path}`;
  const strict: Configuration["features"] = {
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    revocation: { enabled: true },
    pushedAuthorizationRequests: { enabled: true },
    dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
    mTLS: {
      enabled: true,
      certificateBoundAccessTokens: true,
      selfSignedTlsClientAuth: true,
      tlsClientAuth: true,
      getCertificate: ({ req }) => certificateOf(req.socket),
      certificateAuthorized: ({ req }) => (req.socket as TLSSocket).authorized === true,
      certificateSubjectMatches: ({ req }, property, expected) =>
        property === "tls_client_auth_subject_dn" && certificateOf(req.socket)?.subject === expected,
    },
  };
  const provider = new Provider(issuer, {
    clients: clients.map((client) => ({ client_secret: SECRET, redirect_uris: [REDIRECT], ...client })),
    scopes: ["openid", "offline_access", "api:read"],
    pkce: { required: () => true },
    rotateRefreshToken: true,
    clientAuthMethods: [
      "none",
      "client_secret_basic",
      "client_secret_post",
      "client_secret_jwt",
      "private_key_jwt",
      "tls_client_auth",
      "self_signed_tls_client_auth",
    ],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    ttl: {
      AccessToken: 60,
      AuthorizationCode: 60,
      ClientCredentials: 60,
      DeviceCode: 60,
      Grant: 3600,
      IdToken: 60,
      Interaction: 60,
      RefreshToken: 3600,
      Session: 3600,
    },
    discovery: {
      mtls_endpoint_aliases: {
        token_endpoint: at("/token"),
        revocation_endpoint: at("/token/revocation"),
        introspection_endpoint: at("/token/introspection"),
        pushed_authorization_request_endpoint: at("/request"),
        device_authorization_endpoint: at("/device/auth"),
      },
    },
    ...configuration,
    features: { ...strict, ...features } as Configuration["features"],
  });
  const seen: string[] = [];
  const handle = provider.callback();
  for (const server of [plain, tls]) {
    server.on("request", (request, response) => {
      seen.push(`${request.method} ${new URL(request.url ?? "/", issuer).pathname}`);
      handle(request, response);
    });
  }
  return { issuer, tlsOrigin, ca: authority.ca, certificateFor: (subject) => authority.client(subject), provider, seen };
}

async function listen(server: Server | ReturnType<typeof createTlsServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** The certificate that a client showed. */
export function certificateOf(socket: unknown): X509Certificate | undefined {
  return (socket as TLSSocket).getPeerX509Certificate?.();
}

/** Its thumbprint, as bound tokens hold it (RFC 8705 §3.1 `x5t#S256`). */
export function thumbprintOf(certificate: X509Certificate | undefined): string | undefined {
  return certificate === undefined ? undefined : createHash("sha256").update(certificate.raw).digest("base64url");
}
