import path from "node:path";
import { MortiseError } from "@mortise/contract";
import type { EgressPolicy } from "../egress-policy.ts";

/** The kinds of ways out. */
export type EgressScheme = "http" | "https" | "tcp";

/** The deployment's exceptions, parsed once. */
export interface AllowList {
  /** Whether this scheme, host and port are excepted. `host` is normalised, without brackets. */
  permits(scheme: EgressScheme, host: string, port: number): boolean;
  permitsSocket(socketPath: string): boolean;
}

const DEFAULT_PORT = { http: "80", https: "443", tcp: undefined } as const;
const ORIGIN = /^(http|https|tcp):\/\/(\[[0-9a-fA-F:.]+\]|[^/:[\]@*]+)(?::(\d{1,5}|\*))?\/?$/;

/** Parses `egress.allow`. Throws `INVALID_VALUE` for an entry that is neither an origin nor `unix:/path`. */
export function parseAllowList(policy: EgressPolicy | undefined): AllowList {
  const origins = new Set<string>();
  const sockets: string[] = [];
  for (const entry of policy?.allow ?? []) {
    if (entry.startsWith("unix:/")) {
      sockets.push(path.resolve(entry.slice("unix:".length)));
      continue;
    }
    const match = ORIGIN.exec(entry);
    const scheme = match?.[1] as EgressScheme | undefined;
    const port = match?.[3] ?? (scheme === undefined ? undefined : DEFAULT_PORT[scheme]);
    if (scheme === undefined || match?.[2] === undefined || port === undefined || (port !== "*" && Number(port) > 65_535)) {
      throw new MortiseError("INVALID_VALUE", `egress.allow: "${entry}" is no entry; expected an origin or a socket.`, {
        remedy:
          "Write it like http://127.0.0.1:8080, https://10.0.0.5, tcp://db.internal:5432, tcp://127.0.0.1:* or unix:/run/postgresql.",
      });
    }
    origins.add(`${scheme}://${normaliseHost(match[2])}:${port}`);
  }
  return Object.freeze({
    permits: (scheme: EgressScheme, host: string, port: number) =>
      origins.has(`${scheme}://${host}:${port}`) || origins.has(`${scheme}://${host}:*`),
    permitsSocket: (socketPath: string) => {
      const full = path.resolve(socketPath);
      return sockets.some((allowed) => full === allowed || full.startsWith(allowed.endsWith("/") ? allowed : `${allowed}/`));
    },
  });
}

/** A host as the WHATWG URL parser writes it: lower case, decimal IPv4, compressed IPv6; without brackets and without trailing dot. */
export function normaliseHost(host: string): string {
  const bracketed = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
  const parsed = URL.parse(`http://${bracketed}`)?.hostname ?? host.toLowerCase();
  return parsed.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}
