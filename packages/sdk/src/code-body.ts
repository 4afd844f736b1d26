import type { CodeBody } from "@mortise/contract";

/**
 * Code of the connector that runs in the sandbox: for what cannot be declared and needs no driver. `entry` is a file of the connector whose
 * default export, or the one named behind `#`, is a {@link CodeFunction}; it reaches what `capabilities` lists, and nothing else. What an
 * operation in code reads in pages gets `ctx.page` and returns `{ items, next }`.
 *
 * @example
 * code({
 *   entry: "src/code/enrich.ts",
 *   capabilities: { http: [{ host: "api.acme.example", methods: ["GET"], paths: ["/v2/companies/*"], auth: "connection" }] },
 * })
 */
export function code(spec: CodeBody): CodeBody {
  return Object.freeze(spec);
}
