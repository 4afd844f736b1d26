import { joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const bodies = defineCheck({
  id: "MC016",
  name: "bodies",
  severity: "error",
  title: "An operation is done in one way, and a request that has no body by its method has none here.",
  why: "Servers and proxies drop, refuse or misread the body of a GET (RFC 9110 §9.3); of two ways to do one thing only one would run.",
  autofix: "Removes the body and what describes it.",
  bad: { contract: { operations: { listContacts: { request: { body: { q: { $cel: "input.?search" } } } } } } },
  good: { contract: { operations: { listContacts: { request: { query: { q: { $cel: "input.?search.orValue(null)" } } } } } } },
  adopts: ({ path, message }) =>
    /^\/operations\/[^/]+(\/(request|searchOrCreate|code|native))?(\/(body|bodyType|contentType|xml))?$/.test(path) &&
    /has no body|second body|stands without a body|name of the root element/.test(message),
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, { request }]): readonly Finding[] => {
      if (request?.body === undefined || request.bodyType === undefined || typeof request.bodyType !== "string") return [];
      const isScalar = request.body === null || typeof request.body !== "object";
      if (!isScalar || !["form", "multipart", "xml"].includes(request.bodyType)) return [];
      const message = `a ${request.bodyType} body is made of fields, found ${JSON.stringify(request.body)}`;
      return [{ code: "WRONG_TYPE", path: joinPointer("operations", name, "request", "body"), message }];
    }),
});
