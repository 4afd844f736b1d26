import { isNode, nameOf, parseSource, type SyntaxNode, textOf, walkSyntax } from "./syntax-tree.ts";

/** What code of a connector is found to do. */
export interface SourceFacts {
  /** Modules that it imports at run time, by specifier. */
  readonly imports: readonly Located[];
  /** Code made at run time, and other ways around the declared capabilities. */
  readonly forbidden: readonly Located[];
  /** Hosts in URLs that it holds. */
  readonly hosts: readonly Located[];
  /** Capabilities of the native context that it uses. */
  readonly capabilities: ReadonlySet<"network" | "files">;
  /** Capabilities of the context of code in the sandbox that it uses. */
  readonly asked: ReadonlySet<CodeCapability>;
}

/** Capabilities of code in the sandbox that are declared to be used. */
export type CodeCapability = "http" | "state" | "hmac";

export const CODE_CAPABILITIES: readonly CodeCapability[] = Object.freeze(["http", "state", "hmac"]);

/** Something found in a source, at a line. */
export interface Located {
  readonly what: string;
  readonly line: number;
}

/** Reads one source file of a connector. Undefined where it cannot be parsed. */
export function sourceFacts(path: string, text: string): SourceFacts | undefined {
  const root = parseSource(path, text);
  if (root === undefined) return undefined;
  const imports: Located[] = [];
  const forbidden: Located[] = [];
  const hosts: Located[] = [];
  const capabilities = new Set<"network" | "files">();
  const asked = new Set<CodeCapability>();
  const at = (node: SyntaxNode, what: string): Located => ({ what, line: lineOf(text, node.start) });
  walkSyntax(root, (node, parent) => {
    const imported = importOf(node);
    if (imported !== undefined) imports.push(at(node, imported));
    const dynamic = dynamicCode(node, parent);
    if (dynamic !== undefined) forbidden.push(at(node, dynamic));
    const literal = textOf(node);
    const host =
      literal === undefined || importOf(parent) === literal ? undefined : /^(?:https?|wss?):\/\/([^/?#:]+)/i.exec(literal)?.[1];
    if (host !== undefined && !host.includes("{")) hosts.push(at(node, host.toLowerCase()));
    if (node.type === "MemberExpression" && node.computed === false) {
      const property = nameOf(node.property);
      if (property === "connect" && CONTEXTS.has(nameOf(node.object) ?? "")) capabilities.add("network");
      if (property === "files" && CONTEXTS.has(nameOf(node.object) ?? "")) capabilities.add("files");
      const group = CODE_CAPABILITIES.find((one) => one === property);
      if (group !== undefined && CONTEXTS.has(nameOf(node.object) ?? "")) asked.add(group);
    }
  });
  return { imports, forbidden, hosts, capabilities, asked };
}

/** Names that the native context goes by. */
const CONTEXTS: ReadonlySet<string> = new Set(["ctx", "context"]);

function importOf(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration"].includes(node.type)) {
    if (node.importKind === "type" || node.exportKind === "type") return undefined;
    return textOf(node.source);
  }
  if (node.type === "ImportExpression") return textOf(node.source);
  const isRequire = node.type === "CallExpression" && nameOf(node.callee) === "require";
  return isRequire && Array.isArray(node.arguments) ? textOf(node.arguments[0]) : undefined;
}

const GLOBALS: Readonly<Record<string, string>> = Object.freeze({
  fetch: "the global fetch, which goes around budgets and egress rules",
  XMLHttpRequest: "XMLHttpRequest, which goes around budgets and egress rules",
  WebSocket: "the global WebSocket, which goes around budgets and egress rules",
  EventSource: "the global EventSource, which goes around budgets and egress rules",
});

/** Code that is made at run time, and globals that no capability covers. */
function dynamicCode(node: SyntaxNode, parent: SyntaxNode | undefined): string | undefined {
  if (node.type === "ImportExpression" && textOf(node.source) === undefined) return "an import whose target is computed";
  if (node.type === "CallExpression" || node.type === "NewExpression") {
    const callee = nameOf(node.callee);
    const [first] = Array.isArray(node.arguments) ? (node.arguments as readonly unknown[]) : [];
    if (callee === "eval") return "eval";
    if (callee === "Function") return "code made from text (Function)";
    if (callee === "require" && textOf(first) === undefined) return "a require whose target is computed";
    if ((callee === "setTimeout" || callee === "setInterval") && textOf(first) !== undefined)
      return `code made from text (${callee})`;
    if (callee !== undefined && Object.hasOwn(GLOBALS, callee)) return GLOBALS[callee];
  }
  if (node.type === "MemberExpression" && nameOf(node.object) === "process") {
    const property = nameOf(node.property) ?? textOf(node.property);
    if (property === "env") return "process.env; what a connector needs is in its settings";
    if (["binding", "dlopen", "exit", "kill", "chdir"].includes(property ?? "") && !asksOnly(parent))
      return `process.${property}`;
  }
  const isGlobal =
    node.type === "MemberExpression" && node.computed === true && ["globalThis", "global"].includes(nameOf(node.object) ?? "");
  if (isGlobal && isNode(node.property) && parent !== undefined) return "a global whose name is computed";
  return undefined;
}

/** `process.kill(pid, 0)` asks whether a process lives, and ends none (kill(2)). */
function asksOnly(call: SyntaxNode | undefined): boolean {
  const [, signal] = Array.isArray(call?.arguments) ? (call.arguments as readonly unknown[]) : [];
  return nameOf(isNode(call?.callee) ? call.callee.property : undefined) === "kill" && isNode(signal) && signal.value === 0;
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at >= 0 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
