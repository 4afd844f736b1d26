import { defineCheck } from "../check.ts";
import { wordsOf } from "../walk/field-words.ts";
import type { Field } from "../walk/fields.ts";

export const secretInputs = defineCheck({
  id: "MC013",
  name: "secret-inputs",
  severity: "error",
  title: "A field named like a secret is one: it belongs to an auth scheme, or is marked as secret.",
  why: "What is not marked is written to logs, run data and the browser.",
  reading:
    'What marks it is `"x-secret": true`; `"x-secret": false` says that the name misleads. Tokens of pages, cursors and the like are none.',
  autofix: 'Adds `"x-secret": true`.',
  bad: {
    contract: {
      operations: {
        createContact: {
          input: {
            properties: {
              portalPassword: { type: "string", title: "Portal password", description: "For the contact's own sign-in." },
            },
          },
        },
      },
    },
  },
  good: {
    contract: {
      operations: {
        createContact: {
          input: {
            properties: {
              portalPassword: {
                type: "string",
                title: "Portal password",
                description: "For the contact's own sign-in.",
                "x-secret": true,
              },
            },
          },
        },
      },
    },
  },
  adopts: ({ message }) => message.includes("looks like a secret"),
  run: (context) =>
    context
      .inputs()
      .filter(looksSecret)
      .map(({ path }) => ({
        code: "UNSAFE_CONTRACT",
        path,
        message: `is named like a secret; mark it with "x-secret", or keep it in an auth scheme`,
        fix: { title: 'Mark it with "x-secret": true.', patch: [{ op: "add", path: `${path}/x-secret`, value: true }] },
      })),
});

const SECRETS: readonly RegExp[] = Object.freeze([
  /(^|_)(password|passwd|passphrase|secret)$/,
  /(^|_)(api|access|private|secret|signing|encryption)_key$/,
  /(^|_)(access|auth|bearer|refresh|id|session|api|security)_token$/,
  /^token$/,
]);

function looksSecret({ name, schema, root }: Field): boolean {
  if (root.startsWith("/auth") || schema["x-secret"] !== undefined || schema.const !== undefined || schema.enum !== undefined)
    return false;
  const types = [schema.type ?? []].flat();
  if (types.length > 0 && !types.includes("string")) return false;
  const words = wordsOf(name).join("_");
  return SECRETS.some((secret) => secret.test(words));
}
