import type { JsonObject } from "@mortise/contract";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { SchemaForm } from "./schema-form.tsx";

/** A group of named fields. */
export function ObjectInput({ field, id, value, pointer, onChange }: InputProps & { readonly field: Field }) {
  return (
    <fieldset className="group" aria-labelledby={id}>
      <SchemaForm fields={field.children ?? []} value={(value ?? {}) as JsonObject} pointer={pointer} onChange={onChange} />
    </fieldset>
  );
}
