/**
 * What is evaluated in every guest before its own code, as text: the objects of the capabilities, and how a call is made and told about.
 * It is no part of the wall: all of it is the guest's to break, and then the guest's answer is wrong. What it captures before the guest's
 * code runs keeps honest code from breaking it by accident.
 *
 * Evaluates to a function `(hostCall, granted, maxOutput, questions, context) => { call, answered, outcome, describe }`. `outcome()` is "" while
 * nothing is decided, else `v` and JSON text, `e` and what `describe` says, `s` for too much output, or `n` for what is not JSON. `context` is
 * JSON text for the function's second argument, or "" for code that gets its host functions as globals.
 */
export const PRELUDE = `(function (hostCall, granted, maxOutput, questions, context) {
  "use strict";
  const { parse, stringify } = JSON;
  const { create, freeze, defineProperty } = Object;
  const { apply } = Reflect;
  const promise = Promise;
  const { then } = Promise.prototype;
  const { resolve } = Promise;
  const { slice } = String.prototype;
  const text = String;
  const failure = Error;
  const { get: found, set: keep } = WeakMap.prototype;
  const { includes } = Array.prototype;
  const MAX_TEXT = 8000;

  const ask = (name, args) => {
    const answer = hostCall(name, stringify(args));
    if (answer[0] !== "=") throw new failure(name + ": " + apply(slice, answer, [1]));
    return apply(slice, answer, [1]);
  };
  const groups = {
    crypto: () => ({
      hash: (algorithm, data, encoding) => ask("crypto.hash", [algorithm, data, encoding]),
      hmac: (algorithm, key, data, encoding) => ask("crypto.hmac", [algorithm, key, data, encoding]),
      sign: (algorithm, key, data, encoding) => ask("crypto.sign", [algorithm, key, data, encoding]),
    }),
    encoding: () => ({
      base64: (data) => ask("encoding.base64", [data]),
      base64url: (data) => ask("encoding.base64url", [data]),
      hex: (data) => ask("encoding.hex", [data]),
      utf8: (data) => ask("encoding.utf8", [data]),
    }),
    random: () => ({ bytes: (count, encoding) => ask("random.bytes", [count, encoding]) }),
    clock: () => {
      const { now } = Date;
      return { now: () => now() };
    },
  };

  const allowed = parse(questions);
  const open = create(null);
  const refusals = new WeakMap();
  const classes = new WeakMap();
  const later = (name, args) =>
    new promise((resolve, reject) => {
      const error = new failure("");
      const refuse = (message) => {
        error.message = name + ": " + message;
        reject(error);
      };
      if (!apply(includes, allowed, [name])) {
        const group = name.split(".")[0];
        return refuse("Not declared: add " + group + " to the capabilities of this operation.");
      }
      const answer = hostCall(name, stringify(args));
      if (answer[0] !== "=") return refuse(apply(slice, answer, [1]));
      open[apply(slice, answer, [1])] = { resolve, refuse, error };
    });
  const answered = (number, answer) => {
    const key = text(number);
    const waiting = open[key];
    if (waiting === undefined) return;
    delete open[key];
    const rest = apply(slice, answer, [1]);
    if (answer[0] === "=") return waiting.resolve(rest);
    const { code, message, status } = parse(rest);
    const { error } = waiting;
    error.code = code;
    if (status !== undefined) error.status = status;
    apply(keep, refusals, [error, number]);
    waiting.refuse(message);
  };
  const told = async (name, args) => parse(await later(name, args));
  const request = async (asked) => {
    const { status, headers, kind, id, text: start, next } = await told("http.request", [asked]);
    let body = start;
    for (let at = next; at !== null; ) {
      const piece = await told("http.rest", [id, at]);
      body += piece.text;
      at = piece.next;
    }
    return { status, headers, body: kind === "none" ? null : kind === "json" ? parse(body) : kind === "base64" ? { base64: body } : body };
  };
  const write = (level, message, fields) => {
    hostCall("log", stringify([level, text(message), fields === undefined ? {} : fields]));
  };
  const fail = (as, message, options) => {
    const error = new failure(text(message));
    apply(keep, classes, [error, { as: text(as), retryAfterMs: options === undefined ? undefined : options.retryAfterMs }]);
    return error;
  };
  const asking = () => ({
    http: freeze({ request }),
    state: freeze({
      get: (key) => told("state.get", [key]),
      put: (key, value, options) => told("state.put", [key, value, options === undefined ? {} : options]),
    }),
    hmac: freeze({
      sign: (field, algorithm, data, encoding) => told("hmac.sign", [field, algorithm, data, encoding]),
      verify: (field, algorithm, data, code, encoding) => told("hmac.verify", [field, algorithm, data, code, encoding]),
    }),
    log: freeze({ info: (message, fields) => write("info", message, fields), warn: (message, fields) => write("warn", message, fields) }),
    fail,
  });
  const made = {};
  for (const name of parse(granted)) made[name] = freeze(groups[name]());
  if (context === "")
    for (const name of parse(granted)) defineProperty(globalThis, name, { value: made[name], enumerable: true, configurable: true });
  const around = context === "" ? undefined : freeze({ ...parse(context), ...made, ...asking() });

  const part = (error, name) => {
    try {
      const value = error[name];
      return typeof value === "string" ? value : "";
    } catch {
      return "";
    }
  };
  const describe = (error) => {
    let name = "", message = "", stack = "";
    if (typeof error === "object" && error !== null) {
      name = part(error, "name");
      message = part(error, "message");
      stack = part(error, "stack");
    } else {
      try {
        message = text(error);
      } catch {}
    }
    const long = message.length > MAX_TEXT;
    const isObject = typeof error === "object" && error !== null;
    const question = isObject ? apply(found, refusals, [error]) : undefined;
    const given = (isObject ? apply(found, classes, [error]) : undefined) ?? {};
    const facts = { question, as: given.as, retryAfterMs: given.retryAfterMs };
    return stringify([apply(slice, name, [0, 100]), long ? "" : message, apply(slice, stack, [0, MAX_TEXT]), long, facts]);
  };

  let outcome = "";
  const settle = (result) => {
    if (outcome === "") outcome = result;
  };
  const broke = (error) => settle("e" + describe(error));
  const done = (value) => {
    let result;
    try {
      result = value === undefined ? "null" : stringify(value);
    } catch (error) {
      return broke(error);
    }
    if (typeof result !== "string") settle("n");
    else settle(result.length > maxOutput ? "s" : "v" + result);
  };
  return {
    outcome: () => outcome,
    answered,
    describe,
    call: (run, input) => {
      try {
        apply(then, apply(resolve, promise, [around === undefined ? run(parse(input)) : run(parse(input), around)]), [done, broke]);
      } catch (error) {
        broke(error);
      }
    },
  };
})`;
