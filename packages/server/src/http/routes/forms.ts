import { randomBytes } from "node:crypto";
import { isMortiseError, type JsonSchema, type JsonSchemaObject } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import { runIdOf } from "../../triggers/compiled-trigger.ts";
import { FORM_POLICY, formPage, formValues, thanksPage } from "../../triggers/form-page.ts";
import { problem, sendProblem } from "../problem.ts";
import type { Routes } from "./routes.ts";

const MOST_BYTES = 256 * 1024;
const TOKEN = /^[A-Za-z0-9_-]{22}$/;

/** Forms: a page without any script, made from a JSON Schema; what is sent starts a run. */
export const formRoutes: Routes = (app, { host, triggers }) => {
  const live = async (path: string) => {
    const workflow = await host.store.workflows.findByWebhook(`form:${path}`);
    if (workflow === undefined) return undefined;
    const { title, text, schema, thanks } = workflow.document.trigger.with ?? {};
    return {
      workflow,
      title: typeof title === "string" ? title : workflow.document.name,
      schema: (schema ?? {}) as unknown as JsonSchemaObject,
      thanks: typeof thanks === "string" ? thanks : "Thank you. It has been received.",
      ...(typeof text === "string" ? { text } : {}),
    };
  };
  const notHere = { ...problem("INVALID_REQUEST", "No active form is here."), status: 404 };

  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string" }, (_, body, done) =>
      done(null, Object.fromEntries(new URLSearchParams(body as string))),
    );
    const config = { access: "public", rateLimit: { max: 60, timeWindow: "1 minute" } } as const;

    scope.get<{ Params: { "*": string } }>("/forms/*", { config }, async ({ params }, reply) => {
      const found = await live(params["*"]);
      if (found === undefined) return sendProblem(reply, notHere);
      const { workflow: _, thanks: __, ...form } = found;
      const html = formPage({ ...form, token: newToken() });
      return reply
        .header("content-security-policy", FORM_POLICY)
        .header("cache-control", "no-store")
        .type("text/html; charset=utf-8")
        .send(html);
    });

    scope.post<{ Params: { "*": string }; Body: { readonly [field: string]: string } | undefined }>(
      "/forms/*",
      { config, bodyLimit: MOST_BYTES },
      async ({ params, body = {}, headers }, reply) => {
        const found = await live(params["*"]);
        if (found === undefined) return sendProblem(reply, notHere);
        const { workflow, thanks, ...form } = found;
        reply.header("content-security-policy", FORM_POLICY).header("cache-control", "no-store").type("text/html; charset=utf-8");
        // A page of another site that posts here speaks for nobody who has seen the form.
        const site = headers["sec-fetch-site"];
        if (site !== undefined && site !== "same-origin" && site !== "none")
          return sendProblem(reply, problem("NOT_ALLOWED", "The form was sent from another site."));
        const { _form: token = "", ...values } = body;
        const filled = formValues(form.schema, values);
        const { diagnostics } = compileSchema(form.schema as JsonSchema)(filled);
        const again = (problems: readonly string[], status: number) =>
          reply.code(status).send(formPage({ ...form, values, problems, token: newToken() }));
        if (diagnostics.length > 0)
          return again(
            diagnostics.map(({ path, message }) => `${path.slice(1)}: ${message}`),
            422,
          );
        const event = TOKEN.test(token) ? token : newToken();
        const marks = [`form:${event}`];
        try {
          await triggers.desk.accept(workflow, [
            { runId: runIdOf("form", workflow.id, event), marks, payload: { body: filled } },
          ]);
        } catch (error) {
          if (!isMortiseError(error) || error.code !== "OVERLOADED") throw error;
          reply.header("retry-after", "60");
          return again(["Too much is waiting at the moment. Please try again later."], 429);
        }
        return reply.send(thanksPage(form.title, thanks));
      },
    );
  });
};

const newToken = (): string => randomBytes(16).toString("base64url");
