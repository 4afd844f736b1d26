import { compileValue } from "@mortise/builders";
import { type Contract, type JsonSchemaObject, joinPointer } from "@mortise/contract";
import { schemaAt } from "@mortise/contract/validation";
import { defineCheck, type Finding } from "../check.ts";
import { wordsOf } from "../walk/field-words.ts";

export const connectionLabel = defineCheck({
  id: "MC035",
  name: "connection-label",
  severity: "error",
  title: "What a connection is called never holds a secret.",
  why: "The label stands in lists, logs and screenshots, and is shown to people who may use the connection but not see its key.",
  bad: { contract: { auth: { token: { label: { $text: "Key ${credential.apiKey}" } } } } },
  good: { contract: { auth: { token: { label: { $text: "${output.name} (${output.id})" } } } } },
  run: ({ contract }) =>
    Object.entries(contract.auth).flatMap(([id, { label, test }]) =>
      label === undefined
        ? []
        : labelFaults(contract, compileValue(label).reads, test?.operation, joinPointer("auth", id, "label")),
    ),
});

const SECRET_WORDS: ReadonlySet<string> = new Set(["password", "secret", "token", "apikey", "passphrase", "credential"]);

function labelFaults(
  contract: Contract,
  reads: readonly (readonly string[])[],
  test: string | undefined,
  path: string,
): readonly Finding[] {
  const operation = test !== undefined && Object.hasOwn(contract.operations, test) ? contract.operations[test] : undefined;
  const output = operation?.output;
  return reads.flatMap(([variable = "", ...keys]): readonly Finding[] => {
    const schema = variable === "output" ? output : variable === "settings" ? contract.settings : undefined;
    if (variable !== "credential" && !isSecret(schema, keys, contract.schemas)) return [];
    const message = `holds ${[variable, ...keys].join(".")}, which is a secret`;
    return [{ code: "UNSAFE_CONTRACT", path, message }];
  });
}

function isSecret(schema: JsonSchemaObject | undefined, keys: readonly string[], schemas: Contract["schemas"]): boolean {
  const found = schema === undefined ? undefined : schemaAt(schema, joinPointer(...keys), schemas);
  if (found?.kind === "found" && found.schema["x-secret"] !== undefined) return found.schema["x-secret"] === true;
  return SECRET_WORDS.has(wordsOf(keys.at(-1) ?? "").join("")) || SECRET_WORDS.has(wordsOf(keys.at(-1) ?? "").at(-1) ?? "");
}
