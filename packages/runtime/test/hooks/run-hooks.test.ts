// Pins: a hook around runs that is passed over in silence, that ends a run it should not, or that changes what another one is given.
import { expect, it } from "vitest";
import { createRunHooks, createRuntime, type Hook, type HookedView } from "../../src/index.ts";
import { connectorOf } from "../sample-connector.ts";

const run = { runId: "r1", source: "webhook", workflow: "Leads", tenant: "default", value: { email: "ada@example.com" } };
const end = { ...run, status: "succeeded" as const };
const never = () => new Promise<undefined>(() => undefined);
const hook = (parts: Partial<Hook> & Pick<Hook, "point">): Hook =>
  ({ name: "h", onFailure: "closed", run: () => undefined, ...parts }) as Hook;

it("a hook that refuses ends what it stands at, whatever it says of failures", async () => {
  const refuses = { run: () => ({ refuse: "Not on Sundays." }), onFailure: "open" as const };
  const error = { code: "HOOK_REFUSED", message: 'Leads: the hook "h" refused: Not on Sundays.' };
  await expect(createRunHooks([hook({ point: "event", ...refuses })]).event(run)).rejects.toMatchObject(error);
  await expect(createRunHooks([hook({ point: "run-start", ...refuses })]).runStart(run)).rejects.toMatchObject(error);
  await expect(createRunHooks([hook({ point: "run-end", ...refuses })]).runEnd(end)).rejects.toMatchObject(error);
});

it.each([
  ["throws", () => Promise.reject(new Error("no network")), /"h" \(run-start\) failed: no network/],
  ["takes too long", never, /it took more than 5 ms/],
  ["gives a value where none is allowed", () => ({ value: 1 }), /what is not allowed at its point/],
  ["returns a text", () => "no", /it returned string/],
])(
  "one that %s ends the run where it fails closed, and is passed over and named where it fails open (N1)",
  async (_, does, message) => {
    const failing = { point: "run-start", run: does as never, timeoutMs: 5 } as const;
    const closed = createRunHooks([hook(failing)]).runStart(run);
    await expect(closed).rejects.toMatchObject({ code: "HOOK_FAILED", message: expect.stringMatching(message) });
    const asked: string[] = [];
    const next = hook({ point: "run-start", name: "next", run: () => void asked.push("next") });
    const passed = await createRunHooks([hook({ ...failing, onFailure: "open" }), next]).runStart(run);
    expect(passed).toEqual([{ hook: "h", message: expect.stringMatching(message) }]);
    expect(asked).toEqual(["next"]);
  },
);

it("hooks run by order, each with a copy of its own (N2)", async () => {
  const seen: unknown[] = [];
  const spoils = hook({
    point: "run-start",
    name: "spoils",
    order: -1,
    run: ({ value }: { value: { email?: string } }) => {
      seen.push(structuredClone(value));
      delete value.email;
      return undefined;
    },
  } as never);
  const looks = hook({ point: "run-start", name: "looks", run: ({ value }) => void seen.push(value) });
  expect(await createRunHooks([looks, spoils]).runStart(run)).toEqual([]);
  expect(seen).toEqual([run.value, run.value]);
  expect(run.value).toEqual({ email: "ada@example.com" });
});

it("a view is shown as its hooks change it, one after the other", async () => {
  const hooks = createRunHooks([
    hook({
      point: "run-view",
      name: "b",
      order: 2,
      run: (({ value }: HookedView) => ({ value: { ...(value as object), b: 1 } })) as never,
    }),
    hook({ point: "run-view", name: "a", order: 1, run: (() => ({ value: { a: 1 } })) as never }),
  ]);
  expect(await hooks.shown({ ...run, part: "output" })).toEqual({ value: { a: 1, b: 1 } });
});

it("a view that a hook refuses, or that fails closed, is withheld; one that fails open is shown (N3)", async () => {
  const view = { ...run, part: "step-output", step: "enrich", use: "crm/find" } as const;
  const shown = (parts: Partial<Hook>) => createRunHooks([hook({ point: "run-view", ...parts } as Hook)]).shown(view);
  const fails = () => Promise.reject(new Error("no key"));
  expect(await shown({ run: () => ({ refuse: "Personal." }) })).toEqual({
    value: null,
    withheld: 'Leads: the hook "h" refused: Personal.',
  });
  expect(await shown({ run: fails })).toMatchObject({ value: null, withheld: expect.stringContaining("no key") });
  expect(await shown({ run: fails, onFailure: "open" })).toEqual({ value: view.value });
});

it("a run that is stopped stops its hooks with its own reason", async () => {
  const stop = new AbortController();
  const waiting = createRunHooks([hook({ point: "run-start", run: never, onFailure: "open" })]).runStart(run, stop.signal);
  stop.abort(new Error("cancelled"));
  await expect(waiting).rejects.toThrow("cancelled");
});

it("names and points are checked together with those of calls, and a runtime takes hooks of runs without passing them", async () => {
  expect(() => createRunHooks([hook({ point: "run-start" }), hook({ point: "ingestion" })])).toThrow(/Two hooks/);
  expect(() => createRunHooks([hook({ point: "run-middle" as never })])).toThrow(/its point is "run-middle"/);
  const hooks = createRunHooks([hook({ point: "ingestion" }), hook({ point: "run-end", name: "other" })]);
  expect([hooks.has("event", "run-start"), hooks.has("run-end")]).toEqual([false, true]);
  const runtime = createRuntime({ connectors: [connectorOf({})], hooks: [hook({ point: "run-start" })] });
  await runtime.close();
});
