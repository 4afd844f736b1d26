import type { JsonObject, JsonSchema } from "@mortise/contract";
import { useMemo } from "react";
import type { Described } from "../api/types.ts";
import { FormProvider, useForm } from "./form-context.tsx";
import { paramFields } from "./param-fields.ts";
import { SchemaForm } from "./schema-form.tsx";
import { scopeTree } from "./scope-tree.ts";

/** The form of one transformer; its computed values also see the row that it works on. */
export function TransformerForm(props: {
  readonly transformer: Described;
  readonly params: JsonObject;
  readonly pointer: string;
  /** Type of the rows that it gets; undefined while it is not known. */
  readonly row: JsonSchema | undefined;
  readonly onChange: (params: JsonObject, gesture: string) => void;
}) {
  const { transformer, params, pointer, row, onChange } = props;
  const { issues, scope = [] } = useForm();
  const fields = useMemo(() => paramFields(transformer.params), [transformer]);
  const form = useMemo(() => {
    const own = scopeTree({ properties: { row: row ?? true, index: { type: "integer" } } });
    return { computed: false, issues, scope: [...own, ...scope], ...(row === undefined ? {} : { row }) };
  }, [issues, scope, row]);
  return (
    <FormProvider value={form}>
      <p className="field-help">{transformer.description}</p>
      <SchemaForm fields={fields} value={params} pointer={pointer} onChange={onChange} />
    </FormProvider>
  );
}
