import type { AddressInfo } from "node:net";
import express, { type NextFunction, type Request, type Response } from "express";
import { middleware } from "express-openapi-validator";
import { type Judge, listenToJudge } from "./judge.ts";

type Document = NonNullable<Exclude<Parameters<typeof middleware>[0]["apiSpec"], string>>;

function sendsForms(document: object): boolean {
  const text = JSON.stringify(document);
  return text.includes('"application/x-www-form-urlencoded"') && !/"requestBody":\{"content":\{"application\/json"/.test(text);
}

interface Securable {
  readonly components?: { readonly securitySchemes?: object };
}

/** The judge looks whether a credential is there; whatever it is, it is the right one. */
function handlersOf(document: Securable): { readonly [scheme: string]: () => boolean } {
  return Object.fromEntries(Object.keys(document.components?.securitySchemes ?? {}).map((name) => [name, () => true]));
}

/** Names that only this vendor knows say nothing to the judge. */
function formatsOf(document: object): { name: string; type: "number" | "string"; validate: () => boolean }[] {
  const found = new Map<string, "number" | "string">();
  JSON.stringify(document, (_, value: unknown) => {
    if (
      typeof value === "object" &&
      value !== null &&
      "format" in value &&
      typeof value.format === "string" &&
      !KNOWN.has(value.format)
    )
      found.set(value.format, "type" in value && value.type !== "string" ? "number" : "string");
    return value;
  });
  return [...found].map(([name, type]) => ({ name, type, validate: () => true }));
}

const KNOWN = new Set([
  "date",
  "date-time",
  "email",
  "uri",
  "uuid",
  "ipv4",
  "ipv6",
  "hostname",
  "byte",
  "binary",
  "int32",
  "int64",
  "float",
  "double",
  "password",
  "regex",
  "time",
  "duration",
]);

/** The judge cannot read `nullable` beside anything but a `type`, where it means nothing anyway (OpenAPI 3.0.3 §4.7.24.3). */
function withReadableNull(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withReadableNull);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const drops = "nullable" in value && !("type" in value);
  return Object.fromEntries(
    entries.flatMap(([key, part]) =>
      drops && key === "nullable" && typeof part === "boolean" ? [] : [[key, withReadableNull(part)]],
    ),
  );
}

/** express-openapi-validator in front of an empty express server, made from an OpenAPI 3.x document. */
export async function openExpressJudge(document: Securable): Promise<Judge> {
  const app = express();
  app.use(express.json({ type: ["application/json", "application/*+json"], limit: "10mb", strict: false }));
  app.use(express.urlencoded({ extended: true, limit: "10mb" }));
  app.use(express.text({ type: ["text/*", "application/xml"], limit: "10mb" }));
  app.use(express.raw({ type: "application/octet-stream", limit: "10mb" }));
  app.use(
    middleware({
      apiSpec: { ...(withReadableNull(document) as object), servers: [{ url: "/" }] } as unknown as Document,
      // A form carries texts alone; what they stand for is the judge's to find out.
      validateRequests: { allowUnknownQueryParameters: false, coerceTypes: sendsForms(document) },
      validateResponses: false,
      validateSecurity: { handlers: handlersOf(document) },
      validateApiSpec: false,
      validateFormats: true,
      formats: formatsOf(document),
    }),
  );
  app.use((_request: Request, response: Response) => response.status(204).end());
  app.use(
    (
      error: { readonly status?: number; readonly message?: string },
      _request: Request,
      response: Response,
      _next: NextFunction,
    ) => {
      response.status(error.status ?? 500).json({ refused: true, message: error.message ?? "" });
    },
  );
  const server = app.listen(0, "127.0.0.1");
  await new Promise<void>((resolve) => server.once("listening", () => resolve()));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return listenToJudge({ port, close }, (status, _headers, body) =>
    status >= 400 ? `${status} ${body.slice(0, 300)}` : undefined,
  );
}
