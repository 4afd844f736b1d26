import type { Json, JsonObject } from "@mortise/contract";
import type { FieldsRequest } from "@mortise/runtime";
import type { FastifyRequest } from "fastify";
import { remainingTime } from "../remaining-time.ts";
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

  app.post<{ Body: OptionsBody }>("/api/v1/catalog/options", { config, schema: { body: optionsSchema } }, (request) => {
    const { search, cursor } = request.body;
    return host.runtime.options({
      ...requestOf(request),
      ...(search === undefined ? {} : { search }),
      ...(cursor === undefined ? {} : { cursor }),
    });
  });

  app.post<{ Body: FieldsBody }>("/api/v1/catalog/fields", { config, schema: { body: fieldsSchema } }, async (request) => ({
    schema: await host.runtime.fields(requestOf(request)),
  }));
};

/** Whoever asks may say how long it waits: what it asks for takes no longer. */
function requestOf(request: Pick<FastifyRequest, "headers"> & { readonly body: FieldsBody }): FieldsRequest {
  const { operation, connection, field, input } = request.body;
  const remainingMs = remainingTime(request);
  return {
    ...(remainingMs === undefined ? {} : { remainingMs }),
    operation,
    field,
    ...(connection === undefined ? {} : { connection }),
    ...(input === undefined ? {} : { input }),
  };
}
