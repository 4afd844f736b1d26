export { deleteNode } from "./document/delete-node.ts";
export { insertNode, type Place } from "./document/insert-node.ts";
export { renameNode } from "./document/rename-node.ts";
export { type Field, type FieldKind, fieldOf, fieldsOf } from "./forms/fields.ts";
