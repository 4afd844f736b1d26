import { NumberInput } from "@mantine/core";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";

/** A number within the bounds of its schema. */
export function NumberField(props: InputProps & { readonly field: Field; readonly placeholder: string | undefined }) {
  const { field, pointer, value, onChange } = props;
  return (
    <NumberInput
      id={props.id}
      error={props.invalid}
      aria-describedby={props.describedBy}
      placeholder={props.placeholder}
      value={typeof value === "number" ? value : ""}
      allowDecimal={field.typeName !== "wholeNumber"}
      min={field.schema.minimum}
      max={field.schema.maximum}
      onChange={(next) => onChange(typeof next === "number" ? next : undefined, pointer)}
    />
  );
}
