import type { FastifyRequest } from "fastify";
import type { Deployment } from "../host/deployment.ts";

/** The origin that other systems and browsers reach this server at: the deployment's `publicUrl`, else the one that was asked. */
export function publicOrigin({ publicUrl }: Pick<Deployment, "publicUrl">, request: FastifyRequest): string {
  return publicUrl === undefined ? `${request.protocol}://${request.host}` : new URL(publicUrl).origin;
}

/** Whether a browser asks over TLS, so that its cookies stay on TLS. */
export function isOverTls({ publicUrl }: Pick<Deployment, "publicUrl">, request: FastifyRequest): boolean {
  if (request.protocol === "https") return true;
  const home = publicUrl === undefined ? undefined : new URL(publicUrl);
  return home?.protocol === "https:" && (request.host === home.host || request.headers.origin === home.origin);
}
