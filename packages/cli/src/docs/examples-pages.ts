import {
  type AuthScheme,
  type Contract,
  type Example,
  type Json,
  type JsonSchema,
  keptSettings,
  type Operation,
} from "@mortise/contract";
import { PAGE_LIMIT } from "./api-pages.ts";
import { enteredFields } from "./credential-table.ts";
import { heading } from "./made-by.ts";
import { operationGroups } from "./operation-groups.ts";
import { block, code, paragraphs, prose } from "./prose.ts";
import { personWords } from "./sign-in-words.ts";

/** Calls to copy: `EXAMPLES.md`, and files below `docs/examples/` where one page would be too large. */
export function examplesPages(contract: Contract): ReadonlyMap<string, string> {
  const sections = new Map(
    Object.entries(contract.operations).flatMap(([name, operation]) => {
      const section = exampleSection(contract, name, operation);
      return section === "" ? [] : [[name, section] as const];
    }),
  );
  const intro = paragraphs([
    heading(`${contract.title}: examples`),
    sections.size === 0
      ? "There is no example yet."
      : "They run where the connector is installed, or from the folder above its own. `--dry-run` shows the request and sends nothing; `--simulate` calls a fake vendor made from the contract.",
    sections.size === 0 ? "" : connectionPart(contract),
  ]);
  const whole = paragraphs([intro, ...sections.values()]);
  if (Buffer.byteLength(whole) <= PAGE_LIMIT) return new Map([["EXAMPLES.md", `${whole}\n`]]);
  const groups = operationGroups(contract, (name) => Buffer.byteLength(sections.get(name) ?? ""), PAGE_LIMIT * 0.9);
  const index = groups.map(({ name }) => `- [${name}](docs/examples/${name}.md)`).join("\n");
  return new Map([
    ["EXAMPLES.md", `${paragraphs([intro, index])}\n`],
    ...groups.map(({ name, operations }): [string, string] => [
      `docs/examples/${name}.md`,
      `${paragraphs([heading(`${contract.title}: examples of ${name}`), ...operations.map((each) => sections.get(each) ?? "")])}\n`,
    ]),
  ]);
}

function exampleSection(contract: Contract, name: string, operation: Operation): string {
  const [first] = operation.examples;
  if (first === undefined) return "";
  return paragraphs([
    `## ${name}`,
    ...operation.examples.map((example) => exampleCall(contract, name, example)),
    "As a node of a workflow:",
    block("json", JSON.stringify({ [name]: node(contract, name, operation, first) }, null, 2)),
  ]);
}

function exampleCall(contract: Contract, name: string, { title, input, output }: Example): string {
  const connection = needsConnection(contract) ? " --connection connection.json" : "";
  const call = `mortise call ${contract.name}/${name}${connection} --input ${quoted(JSON.stringify(input))}`;
  return paragraphs([
    title === undefined ? "" : `${prose(title)}:`,
    block("sh", call),
    output === undefined ? "" : `answers\n\n${block("json", shortened(JSON.stringify(output, null, 2)))}`,
  ]);
}

/** Lines of an answer that are shown. */
const MOST_LINES = 60;

function shortened(json: string): string {
  const lines = json.split("\n");
  return lines.length <= MOST_LINES ? json : [...lines.slice(0, MOST_LINES), "…"].join("\n");
}

function node(contract: Contract, name: string, operation: Operation, example: Example): Json {
  const major = contract.version.split(".")[0];
  const connected = needsConnection(contract) && operation.auth?.length !== 0;
  return {
    use: `${contract.name}@${major}/${name}`,
    ...(connected ? { connection: contract.name } : {}),
    with: example.input,
  };
}

/** Text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function needsConnection(contract: Contract): boolean {
  const required = contract.settings?.required ?? [];
  return required.length > 0 || Object.values(contract.auth).some(({ kind }) => kind !== "none");
}

/** The file that a connection is read from, for each way to sign in; of one that a person takes part in also the command that signs in. */
function connectionPart(contract: Contract): string {
  if (!needsConnection(contract)) return "";
  const schemes = Object.entries(contract.auth).filter(([, { kind }]) => kind !== "none");
  if (schemes.length < 2)
    return paragraphs([
      `They need ${code("connection.json")} with your own settings; its secrets come from the environment:`,
      ...connectionFile(contract, schemes[0]),
    ]);
  return paragraphs([
    `They need ${code("connection.json")} with your own settings, for one of the ways to sign in; its secrets come from the environment.`,
    ...schemes.flatMap((scheme) => [`With ${code(scheme[0])}:`, ...connectionFile(contract, scheme)]),
  ]);
}

function connectionFile(contract: Contract, entry: readonly [id: string, scheme: AuthScheme] | undefined): readonly string[] {
  const [id, scheme] = entry ?? [];
  const several = Object.keys(contract.auth).length > 1;
  const told = scheme === undefined ? [] : keptSettings(scheme);
  const needed = [...new Set([...(contract.settings?.required ?? []), ...(scheme?.requires ?? [])])];
  const settings = Object.fromEntries(
    needed.filter((name) => !told.includes(name)).map((name) => [name, settingOf(contract.settings?.properties?.[name])]),
  );
  const fields = scheme === undefined ? [] : neededFields(scheme);
  const credential = Object.fromEntries(fields.map((field) => [field, { $env: variableOf(contract.name, field) }]));
  const connection = {
    ...(Object.keys(settings).length === 0 ? {} : { settings }),
    ...(id === undefined || !several ? {} : { auth: id }),
    ...(fields.length === 0 ? {} : { credential }),
  };
  const signIn =
    scheme === undefined || !isConnected(scheme)
      ? []
      : [
          "Then sign in, which puts the tokens into the file:",
          block("sh", `mortise connect ${contract.name} --connection connection.json`),
        ];
  return [block("json", JSON.stringify(connection, null, 2)), ...signIn];
}

/** The fields that are entered: those that are required, and of OAuth 1.0a the token where nobody connects. */
function neededFields(scheme: AuthScheme): readonly string[] {
  const { required = [] } = enteredFields(scheme);
  const parts = scheme.kind === "all" ? scheme.of : [scheme];
  const isEntered = parts.some((part) => part.kind === "oauth1" && part.requestTokenUrl === undefined);
  return [...new Set([...required, ...(isEntered ? ["token", "tokenSecret"] : [])])];
}

/** Whether `mortise connect` signs in: a person takes part, and what comes of it is not entered by hand. */
function isConnected(scheme: AuthScheme): boolean {
  const parts = scheme.kind === "all" ? scheme.of : [scheme];
  return parts.some((part) => personWords(part) !== undefined && !(part.kind === "oauth2" && part.grant === "implicit"));
}

/** A value to start from. */
function settingOf(schema: JsonSchema | undefined): Json {
  if (schema === undefined || typeof schema === "boolean") return "";
  return schema.default ?? schema.examples?.[0] ?? schema["x-sample"] ?? schema.enum?.[0] ?? schema.const ?? "";
}

const variableOf = (connector: string, field: string): string =>
  `${connector}_${field.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")}`.replaceAll(/[^A-Za-z0-9]+/g, "_").toUpperCase();
