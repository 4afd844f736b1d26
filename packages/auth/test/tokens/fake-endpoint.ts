import {
  createRedactor,
  type TokenAnswer,
  type TokenHolder,
  type TokenRequest,
  type TokenScheme,
  type TokenTransport,
  wrapCredential,
} from "../../src/index.ts";

/** What a token endpoint answers: an object is sent as JSON with 200. */
export type Reply = { readonly status: number; readonly headers?: Record<string, string>; readonly body: unknown } | Error;

/** A token endpoint in memory that keeps what it was asked. */
export function fakeEndpoint(reply: (request: TokenRequest, count: number) => Reply | Promise<Reply>) {
  const asked: TokenRequest[] = [];
  const transport: TokenTransport = async (request): Promise<TokenAnswer> => {
    asked.push(request);
    const answer = await reply(request, asked.length);
    if (answer instanceof Error) throw answer;
    const { status, headers = {}, body } = answer;
    return { status, headers, body: typeof body === "string" ? body : JSON.stringify(body) };
  };
  const forms = () => asked.map(({ body = "" }) => Object.fromEntries(new URLSearchParams(body)));
  return { transport, asked, forms };
}

export const ok = (body: unknown): Reply => ({ status: 200, body });

/** Somebody who needs a token. */
export function holderOf(
  scheme: TokenScheme,
  fields: { readonly [name: string]: string },
  parts: Partial<TokenHolder> = {},
): TokenHolder {
  return {
    key: "default/vendor/main",
    tenant: "default",
    connection: "main",
    scheme,
    credential: wrapCredential(fields),
    settings: {},
    redactor: createRedactor(Object.values(fields)),
    ...parts,
  };
}

export const never = new AbortController().signal;
