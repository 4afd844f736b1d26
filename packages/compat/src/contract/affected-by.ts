import { type Contract, type JsonSchema, joinPointer, sharedNames } from "@mortise/contract";
import type { Change } from "../change.ts";

/** Fills in, for changes of shared schemas, the operations and triggers of the contract before whose schemas lead there. */
export function affectedBy(changes: readonly Change[], before: Contract, after: Contract): readonly Change[] {
  if (!changes.some(isShared)) return changes;
  const users = { before: new Users(before), after: new Users(after) };
  const [operations, triggers] = [before.operations, before.triggers ?? {}];
  return changes.map((change) => {
    if (!isShared(change)) return change;
    const name = unescaped(change.path.split("/")[2] ?? "");
    const side = change.id.startsWith("input-") ? "input" : "output";
    const affects = users[change.in].of(name, side).filter((path) => {
      const [, kind, segment = ""] = path.split("/");
      return Object.hasOwn(kind === "triggers" ? triggers : operations, unescaped(segment));
    });
    return { ...change, affects, message: `${change.message}; it shows in ${listed(affects)}` };
  });
}

function isShared({ path }: Change): boolean {
  return path.startsWith("/schemas/");
}

/** Who uses the shared schemas of a contract, directly or through others. */
class Users {
  /** By name of a shared schema, the shared schemas that refer to it. */
  readonly #above = new Map<string, string[]>();
  /** By side and name, the operations and triggers that refer to it. */
  readonly #direct = new Map<string, string[]>();

  constructor({ schemas = {}, operations, triggers = {} }: Contract) {
    for (const [name, schema] of Object.entries(schemas)) this.#note(this.#above, schema, "", name);
    for (const [kind, parts] of [["operations", operations] as const, ["triggers", triggers] as const]) {
      for (const [name, { input, output }] of Object.entries(parts)) {
        this.#note(this.#direct, input, "input ", joinPointer(kind, name));
        this.#note(this.#direct, output, "output ", joinPointer(kind, name));
      }
    }
  }

  of(name: string, side: "input" | "output"): readonly string[] {
    const names = new Set([name]);
    for (const each of names) for (const other of this.#above.get(each) ?? []) names.add(other);
    return [...new Set([...names].flatMap((each) => this.#direct.get(`${side} ${each}`) ?? []))].sort();
  }

  #note(into: Map<string, string[]>, schema: JsonSchema, prefix: string, user: string): void {
    for (const name of sharedNames(schema)) {
      const users = into.get(prefix + name) ?? [];
      into.set(prefix + name, users);
      users.push(user);
    }
  }
}

function listed(paths: readonly string[]): string {
  const short = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
  if (short.length === 0) return "nothing that was there before";
  return short.length > 5 ? `${short.slice(0, 5).join(", ")} and ${short.length - 5} more` : short.join(", ");
}

function unescaped(segment: string): string {
  return segment.replaceAll("~1", "/").replaceAll("~0", "~");
}
