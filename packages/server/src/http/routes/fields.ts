import type { Json, JsonObject } from "@mortise/contract";
import type { FieldsRequest } from "@mortise/runtime";
import type { Routes } from "./routes.ts";

interface FieldsBody {
  readonly operation: string;
  readonly connection?: string;
  readonly field: string;
  readonly input?: JsonObject;
}

interface OptionsBody extends FieldsBody {
  readonly search?: string;
  readonly cursor?: Json;
}

const common = {
  operation: { type: "string", maxLength: 300 },
  connection: { type: "string", maxLength: 100 },
  field: { type: "string", maxLength: 1_000 },
  input: { type: "object" },
} as const;
const fieldsSchema = {
  type: "object",
  required: ["operation", "field"],
  additionalProperties: false,
  properties: common,
} as const;
const optionsSchema = {
  ...fieldsSchema,
  properties: { ...common, search: { type: "string", maxLength: 500 }, cursor: {} },
} as const;

/** Choices and shapes of fields, which an operation of the connector gives. Both only read at the other system. */
export const fieldRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;

  app.post<{ Body: OptionsBody }>("/api/v1/catalog/options", { config, schema: { body: optionsSchema } }, ({ body }) => {
    const { search, cursor } = body;
    return host.runtime.options({
      ...requestOf(body),
      ...(search === undefined ? {} : { search }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  });

  app.post<{ Body: FieldsBody }>("/api/v1/catalog/fields", { config, schema: { body: fieldsSchema } }, async ({ body }) => ({
    schema: await host.runtime.fields(requestOf(body)),
  }));
};

function requestOf({ operation, connection, field, input }: FieldsBody): FieldsRequest {
  return {
    operation,
    field,
    ...(connection === undefined ? {} : { connection }),
    ...(input === undefined ? {} : { input }),
  };
}
