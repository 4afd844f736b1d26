import type { Contract } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import type { ConnectorFiles } from "../connector-files.ts";
import { CODE_CAPABILITIES, type CodeCapability, type SourceFacts, sourceFacts } from "../source/source-facts.ts";

export const sourceCode = defineCheck({
  id: "MC041",
  name: "source-code",
  severity: "error",
  title:
    "Code imports only what it may, makes no code at run time, goes only to declared hosts, and uses the capabilities that the contract lists.",
  why: "Whoever installs a connector goes by what its contract says it touches; code that does more makes the contract a lie.",
  reading:
    "Allowed are the connector's own files, the SDK, dependencies of its package.json, and modules of Node that compute or that a declared capability covers. Type imports do nothing at run time. The version of Node's own TypeScript rules applies: a file that cannot be parsed is a finding.",
  bad: {
    contract: {},
    files: { "src/run.ts": 'import { exec } from "node:child_process";\n\nexport const run = () => exec("id");\n' },
  },
  good: {
    contract: {},
    files: {
      "src/run.ts":
        'import { createHash } from "node:crypto";\n\nexport const digest = (text: string) => createHash("sha256").update(text).digest("hex");\n',
    },
  },
  run: ({ contract, files }) => (files === undefined ? [] : codeFaults(contract, files)),
});

const SOURCE = /^(src\/.*\.[cm]?[jt]sx?)$/;

function codeFaults(contract: Contract, files: ConnectorFiles): readonly Finding[] {
  const uses = new Set(Object.values(contract.operations).flatMap(({ native }) => native?.uses ?? []));
  const allowed = allowedModules(files, uses);
  const used = new Set<string>();
  const asked = new Set<CodeCapability>();
  const sources = [...files].filter(([path]) => SOURCE.test(path) && !path.endsWith(".d.ts"));
  const found = sources.flatMap(([file, text]): readonly Finding[] => {
    const facts = sourceFacts(file, text);
    if (facts === undefined) return [{ code: "INVALID_DOCUMENT", path: "", file, message: `${file} cannot be parsed` }];
    for (const capability of capabilitiesOf(facts)) used.add(capability);
    for (const capability of facts.asked) asked.add(capability);
    return fileFaults(contract, file, facts, allowed);
  });
  return [
    ...found,
    ...(sources.length === 0 ? [] : [...capabilityFaults(contract, uses, used), ...rightFaults(contract, asked)]),
  ];
}

function fileFaults(
  contract: Contract,
  file: string,
  facts: SourceFacts,
  allowed: (module: string) => boolean,
): readonly Finding[] {
  return [
    ...facts.imports
      .filter(({ what }) => !allowed(what))
      .map(({ what, line }) => ({
        code: "UNSAFE_CONTRACT" as const,
        path: "",
        file,
        line,
        message: `imports "${what}", which is not allowed: neither the SDK, nor a dependency of package.json, nor covered by a declared capability`,
      })),
    ...facts.forbidden.map(({ what, line }) => ({
      code: "UNSAFE_CONTRACT" as const,
      path: "",
      file,
      line,
      message: `uses ${what}`,
    })),
    ...facts.hosts
      .filter(({ what }) => !isDeclared(contract, what))
      .map(({ what, line }) => ({
        code: "UNSAFE_CONTRACT" as const,
        path: "",
        file,
        line,
        message: `names the host "${what}", which the contract's hosts do not hold`,
      })),
  ];
}

/** What is declared and not used, and the other way round. */
function capabilityFaults(contract: Contract, declared: ReadonlySet<string>, used: ReadonlySet<string>): readonly Finding[] {
  const [operation] = Object.entries(contract.operations).find(([, { native }]) => native !== undefined) ?? [];
  if (operation === undefined) return [];
  const path = `/operations/${operation}/native/uses`;
  return [
    ...[...used]
      .filter((each) => !declared.has(each))
      .map((each) => ({ code: "UNSAFE_CONTRACT" as const, path, message: `lacks "${each}", which the code uses` })),
    ...[...declared]
      .filter((each) => !used.has(each))
      .map((each) => ({ code: "UNSAFE_CONTRACT" as const, path, message: `lists "${each}", which the code does not use` })),
  ];
}

/** The same for code in the sandbox: a right that nothing uses asks whoever installs it for too much. */
function rightFaults({ operations }: Contract, asked: ReadonlySet<CodeCapability>): readonly Finding[] {
  const inCode = Object.entries(operations).flatMap(([name, { code }]) => (code === undefined ? [] : [[name, code] as const]));
  const [first] = inCode;
  if (first === undefined) return [];
  const declared = (group: CodeCapability) => inCode.find(([, { capabilities }]) => capabilities[group] !== undefined)?.[0];
  return CODE_CAPABILITIES.flatMap((group): readonly Finding[] => {
    const holder = declared(group);
    if (asked.has(group) === (holder !== undefined)) return [];
    const path = `/operations/${holder ?? first[0]}/code/capabilities`;
    const message = holder === undefined ? `lacks "${group}", which the code uses` : `lists "${group}", which no code uses`;
    return [{ code: "UNSAFE_CONTRACT", path: holder === undefined ? path : `${path}/${group}`, message }];
  });
}

function capabilitiesOf({ imports, capabilities }: SourceFacts): ReadonlySet<string> {
  const modules = imports.map(({ what }) => what.replace(/^node:/, ""));
  return new Set([
    ...capabilities,
    ...(modules.some((name) => MODULES_OF.files.includes(name)) ? ["files"] : []),
    ...(modules.some((name) => MODULES_OF.network.includes(name)) ? ["network"] : []),
  ]);
}

const MODULES_OF = Object.freeze({
  files: ["fs", "fs/promises"] as readonly string[],
  network: ["net", "tls", "dns", "dns/promises", "dgram"] as readonly string[],
});

/** Modules of Node that compute and touch nothing. */
const HARMLESS: readonly string[] = Object.freeze([
  "assert",
  "buffer",
  "crypto",
  "events",
  "path",
  "path/posix",
  "querystring",
  "stream",
  "stream/promises",
  "string_decoder",
  "timers",
  "timers/promises",
  "url",
  "util",
  "util/types",
  "zlib",
  "async_hooks",
  "os",
]);

function allowedModules(files: ConnectorFiles, uses: ReadonlySet<string>): (module: string) => boolean {
  const dependencies = dependenciesOf(files.get("package.json"));
  return (module) => {
    if (module.startsWith(".")) return true;
    if (module === "@mortise/sdk") return true;
    if (module.startsWith("node:")) {
      const name = module.slice("node:".length);
      if (HARMLESS.includes(name)) return true;
      return (uses.has("files") && MODULES_OF.files.includes(name)) || (uses.has("network") && MODULES_OF.network.includes(name));
    }
    return dependencies.some((name) => module === name || module.startsWith(`${name}/`));
  };
}

function dependenciesOf(text: string | undefined): readonly string[] {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    const listed = typeof value === "object" && value !== null && "dependencies" in value ? value.dependencies : {};
    return typeof listed === "object" && listed !== null ? Object.keys(listed) : [];
  } catch {
    return [];
  }
}

function isDeclared({ hosts, homepage, support, privacy }: Contract, host: string): boolean {
  if (RESERVED.test(host)) return true;
  if ([homepage, support, privacy].some((url) => url?.includes(host))) return true;
  return hosts.some((declared) => {
    if (declared === "*") return true;
    const pattern = declared
      .replace(/:\d+$/, "")
      .replaceAll(/[.+?^$()|[\]\\]/g, "\\$&")
      .replaceAll(/\{[^{}]*\}|\*/g, "[^/]+");
    return new RegExp(`^${pattern}$`, "i").test(host);
  });
}

/** Names that nobody can own (RFC 2606): placeholders in schemas and help. */
const RESERVED = /(^|\.)(example|test|invalid|localhost|example\.(com|net|org))$/;
