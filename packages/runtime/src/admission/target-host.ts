import { compileExpression, compileValue, parseText, type Scope } from "@mortise/builders";
import type { Json, Value } from "@mortise/contract";
import type { CompiledOperation } from "../operation/compile-operation.ts";
import { fillHost } from "../operation/granted-hosts.ts";

/** Finds the host that a call of one operation goes to. */
export interface TargetHost {
  /** It depends on the connection alone, not on the call's input. */
  readonly isFixed: boolean;
  /** With the port, where it is not the scheme's own. `""`: none, as of a database, or not known before the call. */
  of(scope: Scope): string;
}

const NOWHERE: TargetHost = Object.freeze({ isFixed: true, of: () => "" });
const known = new WeakMap<CompiledOperation, TargetHost>();

/** The host of an operation's requests, before there is a request: compiled once. */
export function targetHost(target: CompiledOperation): TargetHost {
  const before = known.get(target);
  if (before !== undefined) return before;
  const { body, connector } = target;
  const [first] = connector.contract.hosts;
  const fresh = body.kind === "request" ? compileHost(body.request.url, first === "*" ? undefined : first) : NOWHERE;
  known.set(target, fresh);
  return fresh;
}

function compileHost(url: Value, firstHost: string | undefined): TargetHost {
  const { isFixed, write } = compileStart(url);
  const of = (scope: Scope): string => {
    try {
      const written = write(scope);
      if (/^[a-z][a-z0-9+.-]*:/i.test(written)) return URL.parse(written)?.host ?? "";
      return firstHost === undefined ? "" : fillHost(firstHost, scope.settings as { readonly [key: string]: Json });
    } catch {
      // The request will say what is wrong with it.
      return "";
    }
  };
  return { isFixed, of };
}

/** What a URL begins with, up to the end of its host. */
function compileStart(url: Value): { readonly isFixed: boolean; readonly write: (scope: Scope) => string } {
  if (typeof url === "string") return { isFixed: true, write: () => url };
  const text = isText(url) ? parseText(url.$text) : undefined;
  if (text === undefined || !("pieces" in text)) {
    const { evaluate } = compileValue(url);
    return { isFixed: !/\binput\b|\bpartition\b/.test(JSON.stringify(url)), write: (scope) => textOf(evaluate(scope)) };
  }
  const parts: ((scope: Scope) => string)[] = [];
  let isFixed = true;
  let literal = "";
  for (const piece of text.pieces) {
    if ("source" in piece) {
      const { evaluate } = compileExpression(piece.source);
      parts.push((scope) => textOf(evaluate(scope)));
      isFixed &&= !/\binput\b|\bpartition\b/.test(piece.source);
      literal += "x";
    } else {
      parts.push(() => piece.text);
      literal += piece.text;
    }
    // A path below the first host, or the host is behind us.
    if (/^\/|^[a-z][a-z0-9+.-]*:\/\/[^/]*[/?#]/i.test(literal) || /^x[/?#]/.test(literal)) break;
  }
  return { isFixed, write: (scope) => parts.map((part) => part(scope)).join("") };
}

const textOf = (value: Json): string => (typeof value === "string" ? value : "");

function isText(value: Value): value is { readonly $text: string } {
  return value !== null && typeof value === "object" && "$text" in value && typeof value.$text === "string";
}
