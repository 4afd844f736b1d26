import { type Json, parseExactJson } from "@mortise/contract";
import { parse, YAMLError } from "yaml";
import { KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

/** Longer texts are refused: a reader of YAML may take more than linear time. */
const MAX_LENGTH = 1_000_000;
/** Uses of aliases that one document may have, as the library counts them. */
const MAX_ALIASES = 100;

export const parseYaml = defineFieldTransformer({
  name: "parseYaml",
  title: "Read YAML",
  description: "Reads YAML 1.2 text of at most 1,000,000 characters. Dates stay text; tags of a program's own are refused.",
  group: "format",
  params: {},
  takes: KIND.string,
  expected: "YAML text",
  result: () => true,
  compile: () => (value) => {
    const text = value as string;
    if (text.length > MAX_LENGTH) return undefined;
    try {
      const read: unknown = parse(text, { version: "1.2", schema: "core", maxAliasCount: MAX_ALIASES, logLevel: "error" });
      // Written and read again: what JSON cannot hold (infinity) becomes null, and shared parts become separate ones.
      return read === undefined ? null : (parseExactJson(JSON.stringify(read)) as Json);
    } catch (error) {
      if (
        error instanceof YAMLError ||
        error instanceof ReferenceError ||
        error instanceof RangeError ||
        error instanceof SyntaxError
      )
        return undefined;
      throw error;
    }
  },
});
