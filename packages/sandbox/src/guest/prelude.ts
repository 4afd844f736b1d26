/**
 * What is evaluated in every guest before its own code, as text: the objects of the capabilities, and how a call is made and told about.
 * It is no part of the wall: all of it is the guest's to break, and then the guest's answer is wrong. What it captures before the guest's
 * code runs keeps honest code from breaking it by accident.
 *
 * Evaluates to a function `(hostCall, granted, maxOutput) => { call, outcome, describe }`. `outcome()` is "" while nothing is decided, else
 * `v` and JSON text, `e` and what `describe` says, `s` for too much output, or `n` for what is not JSON.
 */
export const PRELUDE = `(function (hostCall, granted, maxOutput) {
  "use strict";
  const { parse, stringify } = JSON;
  const { freeze, defineProperty } = Object;
  const { apply } = Reflect;
  const promise = Promise;
  const { then } = Promise.prototype;
  const { resolve } = Promise;
  const { slice } = String.prototype;
  const text = String;
  const failure = Error;
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
  for (const name of parse(granted))
    defineProperty(globalThis, name, { value: freeze(groups[name]()), enumerable: true, configurable: true });

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
    return stringify([apply(slice, name, [0, 100]), long ? "" : message, apply(slice, stack, [0, MAX_TEXT]), long]);
  };

  let outcome = "";
  const settle = (result) => {
    if (outcome === "") outcome = result;
  };
  const fail = (error) => settle("e" + describe(error));
  const done = (value) => {
    let result;
    try {
      result = value === undefined ? "null" : stringify(value);
    } catch (error) {
      return fail(error);
    }
    if (typeof result !== "string") settle("n");
    else settle(result.length > maxOutput ? "s" : "v" + result);
  };
  return {
    outcome: () => outcome,
    describe,
    call: (run, input) => {
      try {
        apply(then, apply(resolve, promise, [run(parse(input))]), [done, fail]);
      } catch (error) {
        fail(error);
      }
    },
  };
})`;
