import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { checkSchema } from "../check-schema.ts";
import { asObject, entriesOf, type Loose } from "../loose.ts";
import { problem } from "../problem.ts";
import { isOpen } from "../schema-at.ts";

const SECRET_NAME =
  /^(.*[_-])?(password|passwd|passphrase|secret|api[_-]?key|access[_-]?key|private[_-]?key|(access|auth|bearer|refresh)[_-]?token|token)$/i;

/** Tokens that name a place in a list or a repeat, not a person. */
const PLAIN_TOKEN = /(page|paging|next|previous|prev|continuation|cursor|sync|delta|list|resume|idempotency)_?token$/i;

/** The author's own schemas: valid, objects where an object is needed, outputs that say something, secrets marked as such. */
export function checkSchemas(contract: Loose): readonly Diagnostic[] {
  const { schemas } = contract;
  return [
    ...(contract.settings === undefined ? [] : formFaults(contract.settings, "/settings", schemas)),
    ...entriesOf(contract.auth).flatMap(([id, { fields }]) =>
      fields === undefined ? [] : objectFaults(fields, joinPointer("auth", id, "fields"), schemas),
    ),
    ...["operations", "triggers"].flatMap((kind) =>
      entriesOf(contract[kind]).flatMap(([name, { input, output }]) => {
        const at = joinPointer(kind, name);
        return [
          ...(input === undefined ? [] : formFaults(input, `${at}/input`, schemas)),
          ...(output === undefined ? [] : checkSchema(output, `${at}/output`, schemas)),
          ...(output !== undefined && isOpen(asObject(output))
            ? [problem("INVALID_VALUE", `${at}/output`, "is empty, so nobody can know what comes out; declare at least its type")]
            : []),
        ];
      }),
    ),
    ...Object.entries(asObject(schemas)).flatMap(([name, schema]) => checkSchema(schema, joinPointer("schemas", name), schemas)),
  ];
}

function formFaults(schema: unknown, at: string, schemas: unknown): readonly Diagnostic[] {
  return [...objectFaults(schema, at, schemas), ...secretFaults(schema, at)];
}

function objectFaults(schema: unknown, at: string, schemas: unknown): readonly Diagnostic[] {
  const { type } = asObject(schema);
  const shape = type === "object" ? [] : [problem("INVALID_VALUE", at, 'must be the schema of an object, with "type": "object"')];
  return [...checkSchema(schema, at, schemas), ...shape];
}

function secretFaults(schema: unknown, at: string): readonly Diagnostic[] {
  return entriesOf(asObject(schema).properties).flatMap(([name, property]) => {
    const path = `${at}/properties${joinPointer(name)}`;
    const words = name.replaceAll(/([a-z])([A-Z])/g, "$1_$2");
    const plain = property["x-secret"] === undefined && (property.type === "string" || property.type === undefined);
    const own: readonly Diagnostic[] =
      plain && SECRET_NAME.test(words) && !PLAIN_TOKEN.test(words)
        ? [
            problem("UNSAFE_CONTRACT", path, `looks like a secret; keep it in an auth scheme, or mark it with "x-secret"`, {
              severity: "warning",
              fix: { title: 'Mark it with "x-secret": true.', patch: [{ op: "add", path: `${path}/x-secret`, value: true }] },
            }),
          ]
        : [];
    return [...own, ...secretFaults(property, path)];
  });
}
