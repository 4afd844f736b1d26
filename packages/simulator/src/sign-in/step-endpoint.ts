import type { Scope } from "@mortise/builders";
import {
  type Json,
  type JsonObject,
  type KeptValue,
  parsePointer,
  type SingleAuthScheme,
  type TokenStep,
} from "@mortise/contract";
import { setAt } from "../assign.ts";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import type { WireRequest } from "../wire-request.ts";
import { stepProblem } from "./check-step.ts";
import { type Endpoint, endpointAt, refused, type Side, secretAnswer } from "./endpoint.ts";
import type { Issued } from "./issued.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { textOf } from "./value-at.ts";

/** What a step keeps, where it is no token. */
const KEPT: { readonly [key: string]: Json } = Object.freeze({ expiresIn: 3_600, expiresAt: "2099-12-31T23:59:59Z" });

/** What steps keep here, as later requests see it: `steps.<name>.<key>`. */
export function keptOfSteps(steps: readonly TokenStep[] | undefined): JsonObject {
  return Object.fromEntries(
    (steps ?? []).map(({ name, keep }) => [name, Object.fromEntries(Object.keys(keep).map((key) => [key, keptOf(name, key)]))]),
  );
}

const keptOf = (step: string, key: string): Json => KEPT[key] ?? `simulated-${step}-${key}`;

/** Gives the `token` that a step keeps; undefined: the request may not have one. Absent: it is a text as any other. */
export type StepToken = (request: WireRequest, connection: SimulatedConnection, scope: Scope) => Issued | undefined;

/** The endpoints of steps. `further` is what their requests see beside the credential, the settings and the steps before. */
export function stepEndpoints(
  steps: readonly TokenStep[] | undefined,
  side: Side,
  further: (request: WireRequest) => readonly Scope[] = () => [{}],
  token?: StepToken,
): readonly Endpoint[] {
  const all = steps ?? [];
  return all.map((step, index) =>
    endpointAt(step.method, step.url, (request) => {
      let problem = "no connection of this scheme is known";
      for (const connection of side.connections()) {
        const { credential = {}, settings = {} } = connection;
        for (const each of further(request)) {
          const before = keptOfSteps(all.slice(0, index));
          const scope: Scope = { credential, settings, ...each, steps: { ...before, ...(each.steps as JsonObject | undefined) } };
          const found = stepProblem(step, request, scope);
          if (found === undefined)
            return stepAnswer(step, index === all.length - 1 ? token?.(request, connection, scope) : undefined);
          problem = found;
        }
      }
      return refused("invalid_request", problem, 401);
    }),
  );
}

function stepAnswer({ name, keep }: TokenStep, token: Issued | undefined): SimulatedAnswer {
  const values = Object.entries(keep).map(([key, from]) => {
    const value = key === "token" && token !== undefined ? token.text : keptOf(name, key);
    return { from, value };
  });
  return placedAnswer(values);
}

/** An answer with values at places of its body and headers. */
export function placedAnswer(
  values: readonly { readonly from: { readonly body: string } | { readonly header: string }; readonly value: Json }[],
  base: Json = {},
): SimulatedAnswer {
  const body = values.reduce<Json>(
    (made, { from, value }) => ("body" in from ? setAt(made, parsePointer(from.body) ?? [], value) : made),
    base,
  );
  const headers = values.flatMap(({ from, value }) =>
    "header" in from ? [[from.header.toLowerCase(), textOf(value) ?? ""] as const] : [],
  );
  return secretAnswer(body, Object.fromEntries(headers));
}

/** What connecting tells, of one source: the settings of the connection, which come back to where they are kept. */
export function keptFrom<Source extends "body" | "header" | "redirect">(
  scheme: SingleAuthScheme,
  source: Source,
  { settings = {} }: SimulatedConnection,
): readonly { readonly from: { readonly [source in Source]: string }; readonly value: Json }[] {
  const keep: readonly KeptValue[] = "keep" in scheme ? (scheme.keep ?? []) : [];
  return keep.flatMap(({ setting, from }) => {
    const place = (from as { readonly [source: string]: string })[source];
    const value = settings[setting];
    if (place === undefined || value === undefined) return [];
    return [{ from: { [source]: place } as { readonly [source in Source]: string }, value }];
  });
}
