import { type Attack, f } from "../attack.ts";

const SECRET = "hunter2-hunter2";
const asked = (body: string): string => `async function f(input, ctx) {\n${body}\n}`;

const ATTACKS: readonly Omit<Attack, "asks">[] = [
  {
    name: "constructor of a function of the context",
    source: asked(`
      const made = [ctx.http.request, ctx.state.get, ctx.fail].map((one) => one.constructor("return typeof process")());
      return (await Promise.all(made)).join();`),
    contained: { value: "undefined,undefined,undefined" },
  },
  {
    name: "constructor of an answer",
    source: asked(`
      const answer = await ctx.http.request({ path: "/" });
      return [answer.constructor.constructor("return typeof process")(), Object.getPrototypeOf(answer.body) === Object.prototype];`),
    contained: { value: ["undefined", true] },
  },
  {
    name: "constructor of a refusal",
    source: asked(`
      try { await ctx.state.put("a", 1); } catch (error) {
        return [error.constructor.constructor("return typeof process")(), Object.getPrototypeOf(error) === Error.prototype, Object.keys(error)];
      }`),
    contained: { value: ["undefined", true, ["code", "status"]] },
  },
  {
    name: "words of the host in a refusal",
    source: asked(
      `try { await ctx.state.put("a", 1); } catch (error) { return [error.message, /node|\\/|ts:/.test(error.stack ?? "")]; }`,
    ),
    contained: { value: ["state.put: No.", false] },
  },
  {
    name: "a key __proto__ in an answer",
    source: asked(
      `const { body } = await ctx.http.request({ path: "/" }); return [({}).polluted ?? null, body.polluted ?? null];`,
    ),
    contained: { value: [null, null] },
  },
  {
    name: "a key then in an answer",
    source: asked(`const answer = await ctx.http.request({ path: "/" }); return (await answer.body).then;`),
    contained: { value: "a text" },
  },
  {
    name: "every object made a thenable",
    source: asked(`
      Object.prototype.then = function (resolve) { delete Object.prototype.then; resolve("stolen"); };
      const answer = await ctx.http.request({ path: "/" });
      return typeof answer;`),
    // It breaks what it is itself told, and nothing else.
    contained: { code: ["CODE_FAILED", "CODE_TIMEOUT"] },
  },
  {
    name: "a thenable as a request",
    source: asked(`const answer = await ctx.http.request({ path: "/", then(resolve) { resolve(1); } }); return answer.status;`),
    contained: { value: 200 },
  },
  {
    name: "promises that are replaced between question and answer",
    source: asked(`
      const open = ctx.http.request({ path: "/" });
      Promise.prototype.then = () => { throw 1; };
      Promise.resolve = () => 1;
      globalThis.Promise = class {};
      return (await open).status;`),
    contained: { value: 200 },
  },
  {
    name: "JSON that is replaced between question and answer",
    source: asked(`
      JSON.parse = () => ({ status: "forged" });
      JSON.stringify = () => '[{"path":"/forged"}]';
      return (await ctx.http.request({ path: "/" })).status;`),
    contained: { value: 200 },
  },
  {
    name: "open questions that are caught in a setter",
    source: asked(`
      let caught = "none";
      for (const name of ["resolve", "refuse", "error", "name"]) Object.defineProperty(Object.prototype, name, { set(value) { caught = "caught"; }, configurable: true });
      await ctx.state.get("a");
      return caught;`),
    contained: { value: "none" },
  },
  {
    name: "open questions that are looked for",
    source: asked(`
      const seen = new Set(), found = [], open = [globalThis, ctx, input];
      const pending = ctx.state.get("a");
      open.push(pending);
      while (open.length > 0) {
        const next = open.pop();
        if ((typeof next !== "object" && typeof next !== "function") || next === null || seen.has(next)) continue;
        seen.add(next);
        if (typeof next === "function" && ["hostCall", "answered", "later", "resolve", "refuse", "describe"].includes(next.name) && next !== Promise.resolve) found.push(next.name);
        open.push(Object.getPrototypeOf(next));
        for (const key of Reflect.ownKeys(next)) {
          const { value, get, set } = Object.getOwnPropertyDescriptor(next, key) ?? {};
          open.push(value, get, set);
        }
      }
      return found;`),
    contained: { value: [] },
  },
  {
    name: "a function of the context that is replaced for the next call",
    source: asked(`
      "use strict";
      const failed = [];
      for (const change of [() => { ctx.http = {}; }, () => { ctx.http.request = () => 1; }, () => { delete ctx.state; }, () => { ctx.settings = {}; }])
        try { change(); } catch (error) { failed.push(error.name); }
      return failed;`),
    contained: { value: ["TypeError", "TypeError", "TypeError", "TypeError"] },
  },
  {
    name: "a question that was not granted",
    source: asked(`try { await ctx.hmac.sign("apiKey", "sha256", "x"); } catch (error) { return error.message; }`),
    contained: { value: "hmac.sign: Not declared: add hmac to the capabilities of this operation." },
  },
  {
    name: "a question that was not granted, with the list of grants replaced",
    source: asked(`
      Array.prototype.includes = () => true;
      try { await ctx.hmac.sign("apiKey", "sha256", "x"); } catch (error) { return error.message; }`),
    contained: { value: "hmac.sign: Not declared: add hmac to the capabilities of this operation." },
  },
  {
    name: "names of prototypes as keys",
    source: asked(`
      const seen = [];
      for (const key of ["__proto__", "constructor", "toString"]) seen.push(await ctx.state.get(key));
      return seen;`),
    contained: { value: [null, null, null] },
  },
  {
    name: "a proxy as a request",
    source: asked(`
      const trap = new Proxy({}, { ownKeys() { throw new Error("trapped"); } });
      try { await ctx.http.request(trap); } catch (error) { return error.message; }`),
    contained: { value: "trapped" },
  },
  {
    name: "a request that is written for ever",
    source: asked(`await ctx.http.request({ get path() { while (true); } });`),
    contained: { code: ["CODE_TIMEOUT"] },
  },
  {
    name: "a request in a circle",
    source: asked(`const circle = {}; circle.body = circle; await ctx.http.request(circle);`),
    contained: { code: ["CODE_FAILED"], message: /circular/ },
  },
  {
    name: "a request that is too large",
    source: asked(`try { await ctx.http.request({ body: "x".repeat(1_100_000) }); } catch (error) { return error.message; }`),
    contained: { value: "http.request: What is sent is larger than one message may be (1 MB, where nothing else is set)." },
  },
  {
    name: "a request that is far too large",
    source: asked(`try { await ctx.http.request({ body: "x".repeat(3_000_000) }); } catch (error) { return error.message; }`),
    contained: { value: "http.request: What is sent is larger than one message may be (1 MB, where nothing else is set)." },
  },
  {
    name: "a flood of requests at once",
    source: asked(`return (await Promise.all(Array.from({ length: 5000 }, () => ctx.http.request({ path: "/" })))).length;`),
    contained: { code: ["LIMIT_EXCEEDED", "CODE_TIMEOUT"] },
  },
  {
    name: "a flood of requests, each refusal swallowed",
    source: asked(`
      let answered = 0;
      for (let at = 0; at < 120; at++) await ctx.http.request({ path: "/" }).then(() => answered++, () => {});
      return answered;`),
    contained: { value: 50 },
  },
  {
    name: "a flood of pieces",
    source: asked(`
      let at = 0;
      for (; at < 5000; at++) if ((await ctx.http.request({ path: "/endless" }).then(() => 1, () => 0)) === 0) break;
      return at <= 50;`),
    contained: { value: true },
  },
  {
    name: "questions without an end that nobody waits for",
    source: asked(`for (let at = 0; at < 40; at++) ctx.http.request({ path: "/never" }); return "done";`),
    contained: { value: "done" },
  },
  {
    name: "processor time between questions",
    source: asked(`
      for (let round = 0; round < 40; round++) {
        await ctx.state.get("a");
        for (let at = 0; at < 3e5; at++);
      }
      while (true) await 1;`),
    contained: { code: ["CODE_TIMEOUT"] },
  },
  {
    name: "a flood of log lines",
    source: asked(`for (let at = 0; at < 80; at++) ctx.log.info("x".repeat(1000)); return "done";`),
    contained: { value: "done" },
  },
  {
    name: "one log line of a megabyte",
    source: asked(`ctx.log.warn("x".repeat(1_000_000), { more: "y".repeat(100_000) }); return "done";`),
    contained: { value: "done" },
  },
  {
    name: "log lines of things that are no data",
    source: asked(`
      const tried = [() => ctx.log.info({ toString() { throw new Error("thrown"); } }), () => ctx.log.info("a", { n: 1n }), () => ctx.log.info(Symbol("a"))];
      return tried.map((run) => { try { run(); return "logged"; } catch { return "thrown"; } });`),
    contained: { value: ["thrown", "thrown", "logged"] },
  },
  {
    name: "a log line that changes prototypes",
    source: asked(
      `ctx.log.info("a", JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')); return "done";`,
    ),
    contained: { value: "done" },
  },
  {
    name: "a refusal that was never given",
    source: asked(
      `throw Object.assign(new Error("forged"), { code: "UNKNOWN_OUTCOME", question: 0, as: "transient", status: 503 });`,
    ),
    contained: { code: ["CODE_FAILED"], message: /forged/ },
  },
  {
    name: "a refusal that is registered by hand",
    source: asked(`
      const { set } = WeakMap.prototype;
      WeakMap.prototype.set = function (key, value) { return set.call(this, key, 7); };
      WeakMap.prototype.get = () => 0;
      throw new Error("forged");`),
    contained: { code: ["CODE_FAILED"], message: /forged/ },
  },
  {
    name: "a class of failure that is an object",
    source: asked(`throw ctx.fail({ toString() { while (true); } }, "x");`),
    contained: { code: ["CODE_TIMEOUT"] },
  },
  {
    name: "a secret of the call in what it says of its failure",
    source: asked(`throw ctx.fail("rejected", input.key);`),
    input: { key: SECRET },
    secrets: [SECRET],
    contained: { code: ["CODE_FAILED"], message: /^(?!.*hunter2)/ },
  },
  {
    name: "answers that fill the memory",
    source: asked(`const kept = []; for (;;) kept.push(await ctx.state.get("large") + kept.length);`),
    contained: { code: ["LIMIT_EXCEEDED", "CODE_TIMEOUT"] },
  },
  {
    name: "an import that the context would resolve",
    source: asked(
      `return Promise.all(["http", "mortise:operations", "@mortise/sdk"].map((name) => import(name).then(() => "loaded", () => "refused")));`,
    ),
    contained: { value: ["refused", "refused", "refused"] },
  },
  {
    name: "who called, by way of the context",
    source: f(`return [typeof this, typeof arguments.callee.caller, arguments.length];`),
    contained: { value: ["object", "undefined", 2] },
  },
];

/** Code that turns what it may ask its host against it. */
export const QUESTIONS: readonly Attack[] = ATTACKS.map((attack) => ({ ...attack, asks: true }));
