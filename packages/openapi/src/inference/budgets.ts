import type { Budget, InstantForm } from "@mortise/contract";
import { isObject, own, ownText } from "../document/loose.ts";
import { entries, type Place } from "../document/place.ts";
import type { SourceOperation } from "../source/source-operation.ts";

/** A budget of an operation, under a name that tells it from others, and what of it is a guess. */
export interface FoundBudget {
  readonly name: string;
  readonly budget: Budget;
  readonly review: string | undefined;
}

/** The limit of an operation: from its rate-limit extension, or from the headers that its answers carry. */
export function budgetOf(operation: SourceOperation): FoundBudget | undefined {
  const headers = headerLimits(operation);
  const stated = extensionLimit(operation.place);
  if (stated !== undefined) {
    const per = stated.per.replaceAll(/[^a-z0-9]/gi, "");
    return {
      name: `limit${String(stated.rate).replace(".", "p")}Per${per}`,
      budget: { ...stated, scope: "connection", ...headers?.parts },
      review: undefined,
    };
  }
  if (headers === undefined) return undefined;
  return { name: "api", budget: { concurrency: 10, scope: "connection", ...headers.parts }, review: headers.review };
}

function headerLimits({
  responses,
}: SourceOperation): { readonly parts: Partial<Budget>; readonly review: string | undefined } | undefined {
  const all = responses.flatMap(({ headers }) => headers);
  const find = (pattern: RegExp) => all.find(([name]) => pattern.test(name));
  const remaining = find(/^(x-?)?rate-?limit-?remaining$/i);
  const resets = all.filter(([name]) => /^(x-?)?rate-?limit-?reset/i.test(name));
  const reset = resets.find(([name]) => /after/i.test(name)) ?? resets[0];
  if (remaining === undefined || reset === undefined) return undefined;
  const limit = find(/^(x-?)?rate-?limit(-?limit)?$/i);
  const form = resetForm(reset[0], reset[1]);
  return {
    parts: {
      reset: { header: reset[0], as: form.as },
      remaining: { header: remaining[0] },
      ...(limit === undefined ? {} : { limit: { header: limit[0] } }),
    },
    review: form.isGuess
      ? `${reset[0]} was read as ${form.as === "epoch_s" ? "seconds since 1970" : "seconds from now"}; the document does not say.`
      : undefined,
  };
}

/** Whether a reset header holds a point in time or a span: its name and its description tell. */
export function resetForm(name: string, header: Place): { readonly as: InstantForm; readonly isGuess: boolean } {
  const text = `${ownText(header.value, "description") ?? ""} ${ownText(own(header.value, "schema"), "description") ?? ""}`;
  if (/after/i.test(name)) return { as: "delta_s", isGuess: false };
  if (/epoch|unix|timestamp|utc/i.test(text)) return { as: /millisecond/i.test(text) ? "epoch_ms" : "epoch_s", isGuess: false };
  if (
    /seconds?\s+(until|before|remaining|left|from now|to wait)|(number|amount) of seconds|time (until|remaining|left)/i.test(text)
  )
    return { as: "delta_s", isGuess: false };
  if (/^ratelimit-reset$/i.test(name)) return { as: "delta_s", isGuess: false };
  return { as: "epoch_s", isGuess: true };
}

/** `x-ratelimit: {"burst": "3/s"}`, `{"limit": 100, "period": "1m"}` and the like. Of several limits the tightest over the longest time counts. */
function extensionLimit(place: Place): { readonly rate: number; readonly per: string } | undefined {
  const found = entries(place).filter(([key]) => /^x-.*rate-?limits?$/i.test(key));
  const limits = found.flatMap(([, { value }]) => limitsOf(value));
  return limits.toSorted((a, b) => a.rate / SECONDS[a.per] - b.rate / SECONDS[b.per])[0];
}

type Per = keyof typeof SECONDS;
const SECONDS = Object.freeze({ "1s": 1, "1m": 60, "1h": 3600, "1d": 86_400 });

function limitsOf(value: unknown): readonly { readonly rate: number; readonly per: Per }[] {
  if (typeof value === "string") {
    const [, rate = "", unit = ""] =
      /^\s*(\d+(?:\.\d+)?)\s*(?:requests?)?\s*(?:\/|per)\s*(?:1\s*)?([a-z]+)\s*$/i.exec(value) ?? [];
    const per = perOf(unit);
    return per === undefined || !(Number(rate) > 0) ? [] : [{ rate: Number(rate), per }];
  }
  if (!isObject(value)) return [];
  const rate = [own(value, "limit"), own(value, "requests"), own(value, "rate")].find(
    (each) => typeof each === "number" && each > 0,
  );
  const per = perOf(String(own(value, "period") ?? own(value, "per") ?? own(value, "window") ?? own(value, "interval") ?? ""));
  if (typeof rate === "number" && per !== undefined) return [{ rate, per }];
  return Object.values(value)
    .filter((each) => typeof each === "string")
    .flatMap(limitsOf);
}

function perOf(text: string): Per | undefined {
  const unit = text
    .trim()
    .toLowerCase()
    .replace(/^(1\s*|pt?1)/, "");
  if (/^s(ec(ond)?s?)?$/.test(unit)) return "1s";
  if (/^m(in(ute)?s?)?$/.test(unit)) return "1m";
  if (/^h(ours?|rs?)?$/.test(unit)) return "1h";
  return /^d(ays?)?$/.test(unit) ? "1d" : undefined;
}

/** The budgets of a contract, by name. */
export function withBudgets(found: readonly { readonly name: string; readonly budget: Budget }[]): {
  readonly [name: string]: Budget;
} {
  return Object.fromEntries(found.map(({ name, budget }) => [name, budget]));
}
