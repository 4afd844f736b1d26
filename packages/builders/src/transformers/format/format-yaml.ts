import { stringify } from "yaml";
import { ANY_KIND } from "../../schema/kinds.ts";
import { defineFieldTransformer } from "../define-field-transformer.ts";

export const formatYaml = defineFieldTransformer({
  name: "formatYaml",
  title: "Write YAML",
  description: "Writes a value as YAML 1.2 text, two blanks a level, without aliases.",
  group: "format",
  params: {},
  takes: ANY_KIND,
  whole: true,
  result: () => ({ type: "string" }),
  compile: () => (value) => stringify(value, { version: "1.2", schema: "core", aliasDuplicateObjects: false, lineWidth: 0 }),
});
