export { type ExportedDocument, exportOpenApi } from "./export/export-openapi.ts";
