import { createUniqueNames } from "../schemas/unique-names.ts";

/** Hands out names of operations: camelCase, unique. */
export interface OperationNames {
  take(operationId: string | undefined, method: string, path: string): string;
}

const MAX_LENGTH = 70;

/** Names for one document. */
export function createOperationNames(): OperationNames {
  const names = createUniqueNames(["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf"]);
  return {
    take(operationId, method, path) {
      const fromId = operationId === undefined ? "" : camelCase(operationId.replace(/[{}]/g, " "));
      const wanted = fromId !== "" && fromId.length <= MAX_LENGTH ? fromId : fromPath(method, path);
      return names.take(names.has(wanted) && fromId === wanted ? fromPath(method, path) : wanted);
    },
  };
}

/** `GET /users/{id}/posts` becomes `getUsersByIdPosts`. */
function fromPath(method: string, path: string): string {
  const words = path
    .replace(/[?#].*$/s, "")
    .split("/")
    .map((part) => part.replaceAll(/\{([^{}]*)\}/g, " by $1 "));
  return camelCase(`${method.toLowerCase()} ${words.join(" ")}`).slice(0, MAX_LENGTH);
}

/** Words split at anything but letters and digits, and where small letters end. Empty where there is no word. */
export function camelCase(text: string): string {
  const words = wordsOf(text);
  const camel = words
    .map((word, index) => (index === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1)))
    .join("");
  return /^[a-z]/.test(camel) || camel === "" ? camel : `op${camel}`;
}

/** The words of an identifier. */
export function wordsOf(text: string): readonly string[] {
  return text
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, "$1 $2")
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== "");
}

/** A title from a name: `listForOrg` becomes `List for org`. */
export function titleOf(name: string): string {
  const words = wordsOf(name).map((word) => (/^[A-Z0-9]{2,}$/.test(word) ? word : word.toLowerCase()));
  const text = words.join(" ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
