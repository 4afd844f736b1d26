import { type AuthScheme, MortiseError } from "@mortise/contract";
import type { Credential } from "../credential/credential.ts";
import type { AuthorizedDraft, RequestDraft } from "./request-draft.ts";

/**
 * Puts a credential into a request draft and returns a new one. `none` and `fields` change nothing: the fields of the latter go to
 * the operation's own code. Throws `AUTH_FAILED` where a field is missing or has characters that a header cannot carry.
 */
export function applyAuth(scheme: AuthScheme, credential: Credential, draft: RequestDraft): AuthorizedDraft {
  switch (scheme.kind) {
    case "none":
    case "fields":
      return { ...draft, secretHeaders: [], secretParams: [] };
    case "bearer":
      return withHeader(draft, "authorization", `Bearer ${field(credential, "token")}`);
    case "basic": {
      const username = field(credential, "username");
      if (username.includes(":")) throw new MortiseError("AUTH_FAILED", "The user name contains a colon (RFC 7617 §2).");
      const pair = Buffer.from(`${username}:${field(credential, "password")}`, "utf8").toString("base64");
      return withHeader(draft, "authorization", `Basic ${pair}`);
    }
    case "apiKey": {
      const key = `${scheme.prefix ?? ""}${field(credential, "apiKey")}`;
      if (scheme.in === "header") return withHeader(draft, scheme.name.toLowerCase(), key);
      if (scheme.in === "cookie") return withCookie(draft, scheme.name, key);
      const url = new URL(draft.url);
      url.searchParams.set(scheme.name, key);
      return { ...draft, url, secretHeaders: [], secretParams: [scheme.name] };
    }
  }
}

function withHeader(draft: RequestDraft, name: string, value: string): AuthorizedDraft {
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
    throw new MortiseError("AUTH_FAILED", `The credential contains characters that the header ${name} cannot carry.`, {
      remedy: "Enter it again; a line break at its end is a common cause.",
    });
  }
  return { ...draft, headers: { ...draft.headers, [name]: value }, secretHeaders: [name], secretParams: [] };
}

function withCookie(draft: RequestDraft, name: string, value: string): AuthorizedDraft {
  const others = draft.headers.cookie;
  const pair = `${name}=${encodeURIComponent(value)}`;
  return withHeader(draft, "cookie", others === undefined ? pair : `${others}; ${pair}`);
}

function field(credential: Credential, name: string): string {
  const secret = credential[name];
  if (secret === undefined)
    throw new MortiseError("AUTH_FAILED", `The credential has no ${name}.`, { path: `/credential/${name}` });
  return secret.reveal();
}
