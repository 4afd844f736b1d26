import { type Attack, f, NOW_MS } from "../attack.ts";

const NAMES = [
  "process",
  "require",
  "module",
  "Buffer",
  "fetch",
  "WebAssembly",
  "Atomics",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "performance",
  "console",
  "Worker",
  "XMLHttpRequest",
  "navigator",
  "Deno",
  "std",
  "os",
  "print",
  "load",
  "scriptArgs",
];

/** Code that looks for anything that is not its own engine's. */
export const REACH_HOST: readonly Attack[] = [
  {
    name: "constructor of a constructor",
    source: f(`return (function () {}).constructor.constructor("return typeof process + typeof require")();`),
    contained: { value: "undefinedundefined" },
  },
  {
    name: "constructor of a host function",
    source: f(`return crypto.hash.constructor("return typeof process")();`),
    contained: { value: "undefined" },
  },
  {
    name: "constructor by way of a promise",
    source: f(`return (async () => {})().constructor.constructor("return typeof process")();`),
    contained: { value: "undefined" },
  },
  {
    name: "constructor by way of a promise's callback",
    source: f(`return new Promise((resolve) => resolve(resolve.constructor("return typeof process")()));`),
    contained: { value: "undefined" },
  },
  {
    name: "call sites of a stack",
    source: f(`
      let seen = "none";
      Error.prepareStackTrace = (error, sites) => {
        for (const site of sites) {
          const found = site.getThis?.() ?? site.getFunction?.();
          if (found) seen = found.constructor.constructor("return typeof process")();
        }
        return "";
      };
      String(new Error("x").stack);
      try { crypto.hash(); } catch (error) { String(error.stack); }
      return seen === "none" ? "undefined" : seen;`),
    contained: { value: "undefined" },
  },
  {
    name: "prototype of what a host function throws",
    source: f(`
      try { crypto.hash("nonsense", "x"); } catch (error) {
        return [Object.getPrototypeOf(error) === Error.prototype, error.constructor.constructor("return typeof process")(), error.message];
      }`),
    contained: { value: [true, "undefined", "crypto.hash: There is no such algorithm here."] },
  },
  {
    name: "words of the host in what a host function throws",
    source: f(`
      try { crypto.sign("RS256", "-----BEGIN PRIVATE KEY-----", "x"); } catch (error) {
        return [error.message, /node:|\\/|OPENSSL|ERR_/.test(error.stack)];
      }`),
    contained: { value: ["crypto.sign: The key cannot be read or does not fit the algorithm.", false] },
  },
  {
    name: "a proxy as an argument",
    source: f(`
      const trap = new Proxy(function () {}, { get() { throw new Error("trapped"); }, ownKeys() { throw new Error("trapped"); } });
      try { return crypto.hash("sha256", trap); } catch (error) { return error.message; }`),
    contained: { value: "trapped" },
  },
  {
    name: "a symbol as an argument",
    source: f(`try { return crypto.hash(Symbol.iterator, "x"); } catch (error) { return error.message; }`),
    contained: { value: "crypto.hash: There is no such algorithm here." },
  },
  {
    name: "names of the host's prototypes as host functions' arguments",
    source: f(`
      const tried = [() => crypto.hash("__proto__", "x"), () => crypto.hash("sha256", "x", "constructor"), () => encoding.hex({ toString: "x" })];
      return tried.map((run) => { try { return run(); } catch (error) { return "refused"; } });`),
    contained: { value: ["refused", "refused", "refused"] },
  },
  {
    name: "import of Node's modules",
    source: f(`return import("node:fs").then(() => "loaded", () => "refused");`),
    contained: { value: "refused" },
  },
  {
    name: "import of the engine's modules",
    source: f(
      `return Promise.all(["std", "os", "qjs:std", "bjson"].map((name) => import(name).then(() => "loaded", () => "refused")));`,
    ),
    contained: { value: ["refused", "refused", "refused", "refused"] },
  },
  {
    name: "import of code in an address",
    source: f(`return import("data:text/javascript,export default typeof process").then(() => "loaded", () => "refused");`),
    contained: { value: "refused" },
  },
  {
    name: "globals of hosts",
    source: f(`return ${JSON.stringify(NAMES)}.filter((name) => typeof globalThis[name] !== "undefined");`),
    contained: { value: [] },
  },
  {
    name: "a function without a receiver",
    source: f(`return (function () { return typeof this.process + typeof this.require; })();`),
    contained: { value: "undefinedundefined" },
  },
  {
    name: "indirect eval",
    source: f(`return (0, eval)("typeof process + typeof require");`),
    contained: { value: "undefinedundefined" },
  },
  {
    name: "compiled WebAssembly of its own",
    source: f(
      `try { return new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) ? "compiled" : ""; } catch { return "none"; }`,
    ),
    contained: { value: "none" },
  },
  {
    name: "shared memory to wait on",
    source: f(`
      try { return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); } catch { return "none"; }`),
    contained: { value: "none" },
  },
  {
    name: "a clock that runs",
    source: f(`
      const from = Date.now();
      for (let at = 0; at < 2e6; at++);
      return [Date.now() - from, from, new Date().getTime() - from, new Date(0).getTimezoneOffset(), new Date(0).getHours()];`),
    contained: { value: [0, NOW_MS, 0, 0, 0] },
  },
  {
    name: "the four constructors of functions",
    source: f(`
      const kinds = [function () {}, function* () {}, async function () {}, async function* () {}];
      const made = kinds.map((kind) => Object.getPrototypeOf(kind).constructor("return typeof process + typeof require"));
      return (async () => [made[0](), made[1]().next().value, await made[2](), (await made[3]().next()).value])();`),
    contained: { value: ["undefinedundefined", "undefinedundefined", "undefinedundefined", "undefinedundefined"] },
  },
  {
    name: "a walk over all that can be reached",
    source: f(`
      const seen = new Set(), found = [], open = [globalThis, input];
      while (open.length > 0) {
        const next = open.pop();
        if ((typeof next !== "object" && typeof next !== "function") || next === null || seen.has(next)) continue;
        seen.add(next);
        if (typeof next === "function") {
          try { if (next.constructor("return typeof process")() !== "undefined") found.push(next.name); } catch {}
        }
        open.push(Object.getPrototypeOf(next));
        for (const key of Reflect.ownKeys(next)) {
          const { value, get, set } = Object.getOwnPropertyDescriptor(next, key) ?? {};
          open.push(value, get, set);
        }
      }
      return [seen.size > 300, found];`),
    contained: { value: [true, []] },
  },
  {
    name: "paths of the host in a stack",
    source: f(`return /node:|file:|\\/|worker/.test(new Error().stack);`),
    contained: { value: false },
  },
  {
    name: "who called",
    source:
      f(`const caller = () => { try { return f.caller ?? arguments.callee.caller; } catch { return null; } }; const found = caller();
      return found === null || found === undefined ? "undefined" : found.constructor("return typeof process")();`),
    contained: { value: "undefined" },
  },
  {
    name: "host functions that were not granted",
    source: f(`return [typeof crypto, typeof encoding, typeof random, typeof clock];`),
    capabilities: [],
    contained: { value: ["undefined", "undefined", "undefined", "undefined"] },
  },
];
