import { parseAst } from "rolldown/parseAst";

/** A node of a syntax tree (ESTree, with TypeScript). */
export interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Parses TypeScript or JavaScript. Undefined where it is not valid. */
export function parseSource(path: string, text: string): SyntaxNode | undefined {
  try {
    return parseAst(
      text,
      { lang: /\.[cm]?ts$/.test(path) ? "ts" : path.endsWith(".tsx") ? "tsx" : "js" },
      path,
    ) as unknown as SyntaxNode;
  } catch {
    return undefined;
  }
}

/** Calls `visit` for every node below one, itself included, with the node that holds it. */
export function walkSyntax(root: SyntaxNode, visit: (node: SyntaxNode, parent: SyntaxNode | undefined) => void): void {
  const open: (readonly [node: SyntaxNode, parent: SyntaxNode | undefined])[] = [[root, undefined]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [node, parent] = next;
    visit(node, parent);
    for (const value of Object.values(node)) {
      for (const each of Array.isArray(value) ? value : [value]) if (isNode(each)) open.push([each, node]);
    }
  }
}

/** Whether a value is a node of a syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string" && "start" in value;
}

/** Name of an identifier; undefined for any other node. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && node.type === "Identifier" && typeof node.name === "string" ? node.name : undefined;
}

/** Text of a string literal, or of a template without holes. */
export function textOf(node: unknown): string | undefined {
  if (!isNode(node)) return undefined;
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type !== "TemplateLiteral" || !Array.isArray(node.quasis) || node.quasis.length !== 1) return undefined;
  const [quasi] = node.quasis as readonly unknown[];
  const value = isNode(quasi) ? quasi.value : undefined;
  return typeof value === "object" && value !== null && "cooked" in value && typeof value.cooked === "string"
    ? value.cooked
    : undefined;
}
