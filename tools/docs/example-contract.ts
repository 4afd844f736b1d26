import type { AuthScheme, Contract } from "@mortise/contract";

/** A contract that signs in with the schemes of the page about them. */
export const exampleContract = (auth: { readonly [id: string]: AuthScheme }): Contract => ({
  format: "mortise.contract/1",
  name: "acme",
  version: "1.0.0",
  title: "Acme",
  publisher: "acme",
  hosts: ["api.acme.example", "login.acme.example"],
  settings: {
    type: "object",
    properties: {
      region: { type: "string", enum: ["eu-central-1"] },
      installation: { type: "string", pattern: "^[0-9]+$" },
    },
  },
  auth,
  budgets: {},
  operations: {
    listContacts: {
      title: "List contacts",
      effect: "read",
      idempotency: "natural",
      scopes: [],
      input: { type: "object", additionalProperties: false },
      output: { type: "object" },
      identity: [],
      outcomes: [],
      examples: [],
      request: { method: "GET", url: "/contacts" },
    },
  },
});
