import type { AuthScheme, SingleAuthScheme } from "@mortise/contract";
import type { Findings } from "../document/findings.ts";
import { entries, items, type Place } from "../document/place.ts";
import { authId, type SchemeChoice, type SchemeChoices } from "./auth-schemes.ts";

/** What an operation asks of a credential. */
export interface Requirement {
  /** Ids of auth schemes, any of which is enough. Undefined: the document says nothing. */
  readonly auth: readonly string[] | undefined;
  readonly scopes: readonly string[];
  /** Other sets of scopes that are enough, where no scope is in all of them. */
  readonly otherScopes: readonly (readonly string[])[];
  /** Why every way in needs code; undefined where one does not. */
  readonly needsCode: string | undefined;
}

/** Works out security requirements, and which auth schemes the contract needs for them. */
export interface Requirements {
  of(security: Place | undefined): Requirement;
  /** The schemes that were asked for, by id; the document's other ones where nothing was. */
  schemes(): { readonly [id: string]: AuthScheme };
}

const MAX_COMBINATIONS = 6;

/** Requirements of one document; `fallback` is its own, for operations that state none. */
export function createRequirements(choices: SchemeChoices, fallback: Place | undefined, findings: Findings): Requirements {
  const used = new Map<string, AuthScheme>();
  const use = ({ id, scheme }: SchemeChoice) => used.set(id, scheme);

  const alternativesOf = (place: Place): readonly Alternative[] => {
    const parts = entries(place);
    const known = parts.map(([name, scopes]) => {
      const found = choices.get(name);
      if (found === undefined)
        findings.add("warning", "UNKNOWN_REFERENCE", place, `there is no security scheme "${name}"; this way in was left out`);
      return {
        found,
        scopes: items(scopes).flatMap(({ value }) =>
          typeof value === "string" && value !== "" && value !== "none" ? [value] : [],
        ),
      };
    });
    if (known.some(({ found }) => found === undefined)) return [];
    const scopes = [...new Set(known.flatMap((part) => part.scopes))];
    return combinations(known.map(({ found }) => found ?? [])).map((members) => ({ members: separate(members), scopes }));
  };

  return {
    of(security) {
      const stated = security ?? fallback;
      if (stated === undefined) return { auth: undefined, scopes: [], otherScopes: [], needsCode: undefined };
      if (!Array.isArray(stated.value)) {
        findings.add("warning", "WRONG_TYPE", stated, "security: expected a list; it was left out");
        return { auth: undefined, scopes: [], otherScopes: [], needsCode: undefined };
      }
      const alternatives = items(stated).flatMap(alternativesOf);
      const ids = alternatives.map(({ members }) => {
        const choice = merged(members);
        use(choice);
        return choice;
      });
      const sets = alternatives.filter(({ members }) => members.length > 0).map(({ scopes }) => scopes);
      const common =
        sets.length === 0 ? [] : (sets[0] ?? []).filter((scope) => sets.every((set) => set.includes(scope) || set.length === 0));
      const isChoice = common.length === 0 && sets.length > 1 && sets.every((set) => set.length > 0);
      const barred = ids.map(({ needsCode }) => needsCode);
      const isOptional = ids.some(({ scheme }) => scheme.kind === "none");
      return {
        auth: ids.length === 1 && isOptional ? [] : [...new Set(ids.map(({ id }) => id))],
        scopes: isChoice ? (sets[0] ?? []) : common,
        otherScopes: isChoice ? sets.slice(1) : [],
        needsCode: barred.length > 0 && barred.every((reason) => reason !== undefined) ? barred[0] : undefined,
      };
    },
    schemes() {
      if (used.size === 0) for (const each of choices.values()) for (const choice of each) use(choice);
      return Object.fromEntries(used);
    },
  };
}

interface Alternative {
  readonly members: readonly SchemeChoice[];
  readonly scopes: readonly string[];
}

/** Every way to take one choice of each. */
function combinations(parts: readonly (readonly SchemeChoice[])[]): readonly (readonly SchemeChoice[])[] {
  let made: readonly (readonly SchemeChoice[])[] = [[]];
  for (const part of parts) made = made.flatMap((before) => part.map((choice) => [...before, choice])).slice(0, MAX_COMBINATIONS);
  return made;
}

/** Two credentials in one `Authorization` header cannot both be sent: of those that would, the one a server can renew stays. */
function separate(members: readonly SchemeChoice[]): readonly SchemeChoice[] {
  const tokens = members.filter(({ scheme }) => ["oauth2", "bearer", "basic"].includes(scheme.kind));
  if (tokens.length < 2) return members;
  const kept = tokens.find(({ scheme }) => scheme.kind === "oauth2" && scheme.grant !== "implicit") ?? tokens[0];
  return members.filter((member) => !tokens.includes(member) || member === kept);
}

/** Several schemes at once are one of kind `all`, whose credential fields differ; none is one of kind `none`. */
function merged(members: readonly SchemeChoice[]): SchemeChoice {
  const [first, ...others] = members;
  if (first === undefined) return { id: "none", scheme: { kind: "none", title: "No credential" }, needsCode: undefined };
  if (others.length === 0) return first;
  const of = members.map(({ id, scheme }) => {
    const { help, ...rest } = scheme;
    return (rest.kind === "apiKey" ? { ...rest, field: fieldOf(id) } : rest) as SingleAuthScheme;
  });
  const needsCode = members.find((member) => member.needsCode !== undefined)?.needsCode;
  return { id: authId(members.map(({ id }) => id).join("-and-")), scheme: { kind: "all", of }, needsCode };
}

const fieldOf = (id: string): string => id.replaceAll(/-+(.)/g, (_, letter: string) => letter.toUpperCase()).replace(/-$/, "");
