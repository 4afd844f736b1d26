import { type Attack, f } from "../attack.ts";

const SECRET = "hunter2-hunter2";

/** Code whose return value or error is the attack. */
export const RETURNED_VALUES: readonly Attack[] = [
  {
    name: "a key __proto__",
    source: f(`return JSON.parse('{"a":{"__proto__":{"polluted":1}}}');`),
    contained: { code: ["CODE_FAILED"], message: /__proto__/ },
  },
  {
    name: "a key constructor",
    source: f(`return { constructor: { prototype: { polluted: 1 } } };`),
    contained: { value: { constructor: { prototype: { polluted: 1 } } } },
  },
  {
    name: "toJSON that never ends",
    source: f(`return { toJSON() { while (true); } };`),
    contained: { code: ["CODE_TIMEOUT"] },
  },
  {
    name: "toJSON that lies is data all the same",
    source: f(`return { toJSON: () => ({ said: "a lie" }) };`),
    contained: { value: { said: "a lie" } },
  },
  {
    name: "JSON that is replaced",
    source: f(`JSON.stringify = () => "{"; JSON.parse = () => { throw 1; }; return { a: 1 };`),
    contained: { value: { a: 1 } },
  },
  {
    name: "promises that are replaced",
    source: f(`
      Promise.prototype.then = () => { throw 1; };
      Promise.resolve = () => 1;
      globalThis.Promise = class {};
      return { a: 1 };`),
    contained: { value: { a: 1 } },
  },
  {
    name: "a promise of another species",
    source: f(`
      Object.defineProperty(Promise, Symbol.species, { value: class { constructor(run) { run(() => { while (true); }, () => {}); } } });
      return Promise.resolve({ a: 1 });`),
    contained: { code: ["CODE_TIMEOUT", "CODE_FAILED"] },
  },
  {
    name: "a thenable that resolves to itself",
    source: f(`const bomb = { then(resolve) { resolve(bomb); } }; return bomb;`),
    contained: { code: ["CODE_TIMEOUT"] },
  },
  {
    name: "a thenable that settles again and again",
    source: f(
      `return { then(resolve, reject) { resolve({ a: 1 }); reject(new Error("b")); resolve({ c: 2 }); throw new Error("d"); } };`,
    ),
    contained: { value: { a: 1 } },
  },
  {
    name: "characters that hide or cut text are data",
    source: f(`return ["\\u0000", "\\u202e", "\\ud800", "\\u2028", "</script>"];`),
    contained: { value: ["\u0000", "\u202e", "\ud800", "\u2028", "</script>"] },
  },
  {
    name: "an error whose parts throw",
    source: f(`throw { get name() { throw 1; }, get message() { throw 2; }, get stack() { throw 3; } };`),
    contained: { code: ["CODE_FAILED"] },
  },
  {
    name: "an error that is a proxy",
    source: f(`throw new Proxy({}, { get() { throw new Error("x"); }, getPrototypeOf() { throw new Error("x"); } });`),
    contained: { code: ["CODE_FAILED"] },
  },
  {
    name: "an error whose message never ends",
    source: f(`throw { get message() { while (true); } };`),
    contained: { code: ["CODE_TIMEOUT"] },
  },
  {
    name: "an error that cannot be a text",
    source: f(`throw Symbol("x");`),
    contained: { code: ["CODE_FAILED"] },
  },
  {
    name: "an error of 5 MB",
    source: f(`throw new Error("x".repeat(5e6));`),
    contained: { code: ["CODE_FAILED"] },
  },
  {
    name: "an error that writes into the terminal",
    source: f(`throw new Error("a\\u001b[2Jb\\u202ec\\u0000d\\ne\\ud800");`),
    contained: { code: ["CODE_FAILED"], message: /^f failed at 2:\d+: Error: a \[2Jb c d e$/ },
  },
  {
    name: "an error with a secret",
    source: f(`throw new Error("the key is " + input.key);`),
    input: { key: SECRET },
    secrets: [SECRET],
    contained: { code: ["CODE_FAILED"], message: /^(?!.*hunter2).*\[redacted\]/ },
  },
  {
    name: "an error with a secret in another form",
    source: f(
      `throw new Error(encoding.base64("user:" + input.key) + " " + encoding.hex(input.key) + " " + encodeURIComponent(input.key));`,
    ),
    input: { key: SECRET },
    secrets: [SECRET],
    contained: { code: ["CODE_FAILED"], message: /^(?!.*(?:hunter2|68756e746572|aHVudGVy|h1bnRlcj|odW50ZXI))/ },
  },
  {
    name: "an error with a short secret",
    source: f(`throw new Error("pin " + input.pin);`),
    input: { pin: "0042" },
    secrets: ["0042"],
    contained: { code: ["CODE_FAILED"], message: /^(?!.*0042).*withheld/ },
  },
  {
    name: "an error that cuts a secret in two",
    source: f(`throw new Error("x".repeat(7995) + input.key);`),
    input: { key: SECRET },
    secrets: [SECRET],
    contained: { code: ["CODE_FAILED"], message: /^(?!.*hunt)/ },
  },
  {
    name: "a place of an error that was made up",
    source: f(`const error = new Error("x"); error.stack = "at code.js:123456789012:1 (/etc/passwd)"; throw error;`),
    contained: { code: ["CODE_FAILED"], message: /^f failed: Error: x$/ },
  },
  {
    name: "a value in a circle",
    source: f(`const circle = {}; circle.circle = circle; return circle;`),
    contained: { code: ["CODE_FAILED"] },
  },
  {
    name: "values that JSON does not have",
    source: f(`return [() => 1, 1n];`),
    contained: { code: ["CODE_FAILED"] },
  },
  {
    name: "a function",
    source: f(`return f;`),
    contained: { code: ["CODE_FAILED"], message: /not JSON/ },
  },
  {
    name: "a value nested deeper than those who walk it can go",
    source: f(`let deep = 1; for (let at = 0; at < 5000; at++) deep = [deep]; return deep;`),
    contained: { code: ["CODE_FAILED", "LIMIT_EXCEEDED"] },
  },
  {
    name: "a list that is longer than it is",
    source: f(`const list = []; list.length = 2 ** 32 - 1; return list;`),
    contained: { code: ["CODE_TIMEOUT", "LIMIT_EXCEEDED", "CODE_FAILED"] },
  },
  {
    name: "prototypes that are polluted inside",
    source: f(`Object.prototype.polluted = 1; Array.prototype.polluted = 1; Object.prototype.toJSON = undefined; return {};`),
    contained: { value: {} },
  },
];
