import { isIP } from "node:net";
import { MortiseError } from "@mortise/contract";
import { normaliseHost } from "./allow-list.ts";
import type { CheckedAddress, EgressTarget } from "./egress-guard.ts";
import { type NoProxy, noProxy } from "./no-proxy.ts";

/** A proxy that HTTP calls go through (RFC 9110 §9.3.6, CONNECT). Proxies that the environment names are ignored. */
export interface ProxySettings {
  /** `http://proxy.corp.example:3128`, or https where the way to the proxy is TLS too. */
  readonly url: string;
  /**
   * What is reached without it: a name, a suffix as `.corp.example` (the name itself and all below it) or an address, each with or without
   * `:port`; a range of addresses as `10.0.0.0/8`; `*` for all. Absent: nothing.
   */
  readonly noProxy?: readonly string[];
  /** Shown to the proxy by the Basic scheme (RFC 7617). Absent: none. */
  readonly credential?: { readonly username: string; readonly password: string };
  /**
   * What a tunnel is asked for. `address`: the address that was checked, so that the proxy can lead nowhere else; the server's certificate
   * must be for the name all the same. `name`: for proxies that let through by name alone; the proxy then looks the name up by itself.
   * Absent: `address`.
   */
  readonly tunnel?: "address" | "name";
}

/** A proxy, ready to be asked for tunnels. */
export class ProxyRoute {
  /** The proxy itself: named by the operator, so that its address is not checked. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  readonly #past: readonly NoProxy[];
  readonly #byName: boolean;
  readonly #authorization: string | undefined;

  /** Throws `INVALID_VALUE` for a URL that is no proxy, and for entries of `noProxy` that cannot be read. */
  constructor({ url, noProxy: past = [], credential, tunnel = "address" }: ProxySettings) {
    const parsed = URL.parse(url);
    const isOrigin =
      parsed !== null && /^https?:$/.test(parsed.protocol) && `${parsed.pathname}${parsed.search}${parsed.hash}` === "/";
    if (!isOrigin || parsed.username !== "" || parsed.password !== "") {
      throw invalid("proxy.url: expected an origin as http://proxy.corp.example:3128, without a user name in it.");
    }
    if (tunnel !== "address" && tunnel !== "name") throw invalid('proxy.tunnel: expected "address" or "name".');
    this.isSecure = parsed.protocol === "https:";
    this.host = normaliseHost(parsed.hostname);
    this.port = Number(parsed.port || (this.isSecure ? 443 : 80));
    this.#past = past.map(noProxy);
    this.#byName = tunnel === "name";
    this.#authorization =
      credential === undefined
        ? undefined
        : `Basic ${Buffer.from(`${credential.username}:${credential.password}`, "utf8").toString("base64")}`;
  }

  /** Whether a socket to a checked address goes through the proxy: sockets for HTTP do, unless `noProxy` has them. */
  leads({ scheme, host, port }: EgressTarget, { address }: CheckedAddress): boolean {
    return scheme !== "tcp" && !this.#past.some((matches) => matches(host, port, address));
  }

  /** The request for a tunnel. */
  request({ host, port }: EgressTarget, { address }: CheckedAddress): string {
    const asked = this.#byName ? host : address;
    const authority = `${isIP(asked) === 6 ? `[${asked}]` : asked}:${port}`;
    const authorization = this.#authorization === undefined ? "" : `Proxy-Authorization: ${this.#authorization}\r\n`;
    return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: mortise\r\n${authorization}\r\n`;
  }

  /** What a proxy's answer other than 2xx means; undefined for those that say that the target was not reached. */
  refusal(status: number, { host }: EgressTarget): MortiseError | undefined {
    if (status === 407) {
      return new MortiseError(
        "MISCONFIGURED",
        `The proxy ${this.host}:${this.port} does not accept the credential of the deployment.`,
        {
          status,
          remedy: "Set proxy.credential in the deployment's configuration.",
        },
      );
    }
    if (status !== 403 && status !== 405) return undefined;
    return new MortiseError(
      "EGRESS_DENIED",
      `The proxy ${this.host}:${this.port} does not let calls to ${host} through (${status}).`,
      {
        remedy:
          'Have the proxy allow it. If it allows names only, set proxy.tunnel to "name" in the deployment\'s configuration.',
      },
    );
  }
}

function invalid(message: string): MortiseError {
  return new MortiseError("INVALID_VALUE", message, {
    remedy: 'Write it like { "url": "http://proxy.corp.example:3128", "noProxy": [".corp.example", "10.0.0.0/8"] }.',
  });
}
