import type { Contract, Idempotency, Operation } from "@mortise/contract";
import { fieldTable } from "./field-table.ts";

/** The README of a connector, made from its contract, and from what its author wrote beside it (`docs.md`). */
export function connectorReadme(contract: Contract, docs = ""): string {
  const parts = [
    `<!-- Made from contract.json and docs.md by: mortise build -->`,
    `# ${contract.title}`,
    contract.description ?? "",
    `\`${contract.name}\` ${contract.version}, by ${contract.publisher}${contract.license ? `, ${contract.license}` : ""}.`,
    `Calls go to: ${contract.hosts.length === 0 ? "nowhere" : contract.hosts.map((host) => (host === "*" ? "any host that the deployment allows" : `\`${host}\``)).join(", ")}.`,
    connectionPart(contract),
    budgetPart(contract),
    docs.trim(),
    "## Operations",
    operationTable(contract),
    ...Object.entries(contract.operations).map(([name, operation]) => operationPart(contract, name, operation)),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function connectionPart(contract: Contract): string {
  const schemes = Object.entries(contract.auth).map(
    ([id, scheme]) => `- \`${id}\`: ${scheme.title ?? scheme.kind}${scheme.help ? `. ${scheme.help}` : ""}`,
  );
  const settings = contract.settings ? fieldTable(contract.settings) : "";
  if (schemes.length === 0 && settings === "") return "## Connection\n\nNone is needed.";
  return ["## Connection", settings, schemes.length > 0 ? `Ways to sign in:\n\n${schemes.join("\n")}` : ""]
    .filter((part) => part !== "")
    .join("\n\n");
}

function budgetPart(contract: Contract): string {
  const rows = Object.entries(contract.budgets).map(([name, budget]) => {
    const rate = budget.rate === undefined ? "" : `${plainValue(budget.rate)} calls per ${plainValue(budget.per ?? "1s")}`;
    const concurrency = budget.concurrency === undefined ? "" : `${plainValue(budget.concurrency)} at once`;
    return `- \`${name}\`: ${[rate, concurrency].filter((part) => part !== "").join(", ") || "unlimited"}, for each ${budget.scope}`;
  });
  return rows.length === 0 ? "" : `## Budgets\n\n${rows.join("\n")}`;
}

function plainValue(value: unknown): string {
  return typeof value === "object" && value !== null && "$cel" in value ? `\`${String(value.$cel)}\`` : String(value);
}

function operationTable(contract: Contract): string {
  const rows = Object.entries(contract.operations).map(
    ([name, operation]) =>
      `| [\`${name}\`](#${name.toLowerCase()}) | ${operation.title} | ${operation.effect} | ${repeatPhrase(operation.idempotency)} |`,
  );
  return ["| operation | what it does | effect | repeat |", "|---|---|---|---|", ...rows].join("\n");
}

function repeatPhrase(idempotency: Idempotency): string {
  if (idempotency === "natural") return "safe";
  return idempotency === "none" ? "never by itself" : "safe with a key";
}

function operationPart(contract: Contract, name: string, operation: Operation): string {
  const example = operation.examples[0];
  const kind = operation.native ? `Runs native code: ${operation.native.reason}` : "";
  return [
    `### ${name}`,
    operation.description ?? operation.title,
    kind,
    `Input:\n\n${fieldTable(operation.input) || "none"}`,
    `Output:\n\n${fieldTable(operation.output) || "none"}`,
    example ? `\`\`\`sh\nmortise call ${contract.name}/${name} --input '${JSON.stringify(example.input)}'\n\`\`\`` : "",
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}
