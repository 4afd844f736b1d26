import type { Field } from "./fields.ts";

/** Whether a person fills it in: not hidden, not only read. */
export function isVisible({ schema }: Field): boolean {
  return schema["x-widget"] !== "hidden" && schema.readOnly !== true;
}

/** The words of a name: `createdAt`, `created_at` and `created-at` are all `created`, `at`. */
export function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== "")
    .map((word) => word.toLowerCase());
}

/** A label made of a name: `first_name` is "First name". */
export function labelFor(name: string): string {
  const text = wordsOf(name)
    .map((word) => (word === "id" ? "ID" : word === "url" ? "URL" : word))
    .join(" ");
  return text === "" ? name : text.charAt(0).toUpperCase() + text.slice(1);
}
