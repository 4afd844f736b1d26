import { Deliveries, type DeliveryVerdict } from "../../connect/deliveries.ts";
import { type Problem, problem, sendProblem } from "../problem.ts";
import { publicOrigin } from "../public-origin.ts";
import type { Routes } from "./routes.ts";

/** Whoever sends a code sends little more. */
const MOST_BYTES = 64 * 1024;

const REFUSALS: { readonly [verdict in Exclude<DeliveryVerdict, "taken">]: Problem } = Object.freeze({
  unknown: { ...problem("INVALID_REQUEST", "Nobody waits for this delivery."), status: 404 },
  several: {
    ...problem("INVALID_REQUEST", "Several sign-ins wait, and the delivery does not say which it is for."),
    status: 409,
  },
  used: { ...problem("INVALID_REQUEST", "The sign-in is over."), status: 409 },
  refused: { ...problem("AUTH_FAILED", "The delivery is not accepted."), status: 401 },
});

/** Where other systems deliver the codes of sign-ins. Answered as soon as a delivery is known to be good; the exchange goes on after that. */
export const deliveryRoutes: Routes = (app, { host, log }) => {
  const deliveries = new Deliveries(host, log);
  app.addHook("preClose", () => deliveries.close());
  app.register(async (scope) => {
    // A signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "buffer" }, (_, body, done) => done(null, body));
    const config = { access: "public", rateLimit: { max: 60, timeWindow: "1 minute" } } as const;
    scope.post<{ Params: { id: string }; Body: Buffer | undefined }>(
      "/oauth/deliveries/:id",
      { config, bodyLimit: MOST_BYTES },
      async (request, reply) => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
        );
        const url = `${publicOrigin(host.deployment, request)}${request.url}`;
        const rawBody = request.body ?? Buffer.alloc(0);
        const verdict = await deliveries.receive(request.params.id, { headers, rawBody, url });
        return verdict === "taken" ? reply.code(202).send({ taken: true }) : sendProblem(reply, REFUSALS[verdict]);
      },
    );
  });
};
