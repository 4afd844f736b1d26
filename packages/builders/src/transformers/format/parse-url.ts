import type { Json } from "@mortise/contract";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";
import { readQuery } from "./read-query.ts";

const TEXT = Object.freeze({ type: "string" as const });

export const parseUrl = defineFieldTransformer({
  name: "parseUrl",
  title: "Take an address apart",
  description:
    "Takes a web address (WHATWG URL) apart: scheme, host, port, path, query and fragment. A user name and a password are left out.",
  group: "format",
  params: {},
  takes: KIND.string,
  expected: "absolute web address",
  result: () => ({
    type: "object",
    properties: {
      scheme: TEXT,
      host: TEXT,
      port: { type: ["integer", "null"] },
      path: TEXT,
      query: { type: "object" },
      fragment: TEXT,
      origin: TEXT,
    },
    required: ["scheme", "host", "port", "path", "query", "fragment", "origin"],
    additionalProperties: false,
  }),
  compile: () => {
    const none: ReadonlySet<string> = new Set();
    return (value): Json | undefined => {
      const url = URL.parse((value as string).trim());
      if (url === null) return undefined;
      return {
        scheme: url.protocol.slice(0, -1),
        host: url.hostname,
        port: url.port === "" ? null : Number(url.port),
        path: url.pathname,
        query: readQuery(url.search, none),
        fragment: url.hash.slice(1),
        origin: url.host === "" ? `${url.protocol}` : `${url.protocol}//${url.host}`,
      };
    };
  },
});
