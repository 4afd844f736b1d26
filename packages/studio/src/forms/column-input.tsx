import { Autocomplete } from "@mantine/core";
import type { Field } from "./fields.ts";
import type { InputProps } from "./fixed-input.tsx";
import { useColumns } from "./form-context.tsx";

/** The name of a column: those that are known are offered, any other can be typed. */
export function ColumnInput({
  field,
  id,
  describedBy,
  invalid,
  value,
  pointer,
  onChange,
}: InputProps & { readonly field: Field }) {
  const columns = useColumns();
  return (
    <Autocomplete
      id={id}
      error={invalid}
      aria-describedby={describedBy}
      placeholder={field.placeholder}
      data={[...columns]}
      value={typeof value === "string" ? value : ""}
      onChange={(next) => onChange(next === "" && !field.required ? undefined : next, pointer)}
    />
  );
}
