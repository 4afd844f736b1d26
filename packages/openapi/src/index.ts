export { type ExportedDocument, exportOpenApi } from "./export/export-openapi.ts";
export {
  type Imported,
  type ImportOptions,
  type ImportReport,
  type ImportSource,
  importOpenApi,
  type UndeclaredOperation,
} from "./import-openapi.ts";
