import type { AuthScheme, Contract, Operation } from "@mortise/contract";
import type { WireRequest } from "./wire-request.ts";
import { wireBody } from "./wire-request.ts";

/** Whether a request carries a credential of one of the schemes that an operation accepts. Any secret counts, as long as it is in its place. */
export function hasCredential(contract: Contract, operation: Operation, request: WireRequest): boolean {
  const ids = operation.auth ?? Object.keys(contract.auth);
  const schemes = ids.flatMap((id) => contract.auth[id] ?? []);
  return schemes.length === 0 || schemes.some((scheme) => carries(scheme, request));
}

function carries(scheme: AuthScheme, request: WireRequest): boolean {
  switch (scheme.kind) {
    case "none":
    case "fields":
      return true;
    case "apiKey":
      return holds(request, scheme.in, scheme.name, scheme.prefix);
    case "basic":
      return holds(request, "header", "authorization", "Basic ");
    case "bearer":
      return holds(request, "header", "authorization", "Bearer ");
    case "oauth2":
    case "session": {
      const { in: place, name, prefix } = scheme.apply ?? { in: "header" as const, name: "authorization", prefix: "Bearer " };
      return holds(request, place, name, prefix);
    }
    case "jwt":
    case "appInstall": {
      const { in: place, name, prefix } = scheme.apply ?? { in: "header" as const, name: "authorization", prefix: "Bearer " };
      return holds(request, place, name, prefix);
    }
    case "digest":
      return holds(request, "header", "authorization", "Digest ");
    case "awsSigV4":
      return holds(request, "header", "authorization", "AWS4-HMAC-SHA256 ");
    case "oauth1":
      return scheme.in === undefined || scheme.in === "header"
        ? holds(request, "header", "authorization", "OAuth ")
        : holds(request, scheme.in, "oauth_signature");
    case "signature":
      return scheme.apply.every(({ in: place, name, prefix }) => holds(request, place, name, prefix));
    case "mtls":
    case "custom":
      return true;
    case "all":
      return scheme.of.every(
        (each, index) =>
          carries(each, request) || scheme.of.some((other, at) => at !== index && inHeader(other) && inHeader(each)),
      );
  }
}

/** Schemes that all use `Authorization` cannot be there at once; the last one wins. */
function inHeader(scheme: AuthScheme): boolean {
  const isDefault = (scheme.kind === "oauth2" || scheme.kind === "session") && scheme.apply === undefined;
  return isDefault || scheme.kind === "basic" || scheme.kind === "bearer";
}

/** A name with a `{settings.x}` hole cannot be told from here, so any request will do. */
function holds(request: WireRequest, place: "header" | "query" | "cookie" | "body", name: string, prefix = ""): boolean {
  if (/\{settings\./.test(name + prefix)) return true;
  const found = valueAt(request, place, name);
  return found?.startsWith(prefix) === true && found.length > prefix.length;
}

function valueAt(request: WireRequest, place: "header" | "query" | "cookie" | "body", name: string): string | undefined {
  switch (place) {
    case "header":
      return request.headers[name.toLowerCase()];
    case "query":
      return request.query.get(name) ?? undefined;
    case "cookie":
      return request.cookies[name];
    case "body": {
      const { data } = wireBody(request);
      const found =
        typeof data === "object" && data !== null && !Array.isArray(data)
          ? (data as { [key: string]: unknown })[name]
          : undefined;
      return typeof found === "string" ? found : undefined;
    }
  }
}
