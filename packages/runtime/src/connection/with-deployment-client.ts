import { unboundHosts } from "@mortise/auth";
import { type AuthScheme, type Contract, MortiseError, type OAuth2Scheme } from "@mortise/contract";
import type { Connection } from "../runtime.ts";
import type { Services } from "../services.ts";

/**
 * A connection with the client that the deployment is registered with, where it brings none of its own, or may not (`ownClient: false`).
 * Throws `MISCONFIGURED` for a client of its own that may not be used, and where a connection's settings would decide where the deployment's
 * secret goes.
 */
export async function withDeploymentClient(
  { clients }: Pick<Services, "clients">,
  contract: Contract,
  connection: Connection,
  tenant: string,
): Promise<Connection> {
  const found = clients === undefined ? undefined : oauthScheme(contract, connection.auth);
  if (clients === undefined || found === undefined) return connection;
  const own = connection.credential?.clientId ?? "";
  if (own !== "" && found.scheme.ownClient !== false) return connection;
  const client = await clients(contract.name, found.id, tenant);
  if (client === undefined) return connection;
  const unbound = unboundHosts(contract, found.scheme);
  if (unbound.length > 0)
    throw new MortiseError(
      "MISCONFIGURED",
      `The deployment's client is not used: the settings ${unbound.join(", ")} of a connection would decide where its secret goes.`,
      {
        path: "/credential/clientId",
        remedy: "Give the connection a client of its own, or narrow the settings in the contract.",
      },
    );
  if (own !== "" && own !== client.clientId)
    throw new MortiseError(
      "MISCONFIGURED",
      `The connection "${connection.name}" brings a client of its own, and only the deployment's may be used.`,
      {
        path: "/credential/clientId",
        remedy: "Leave clientId and clientSecret away.",
      },
    );
  return { ...connection, credential: { ...connection.credential, ...client } };
}

function oauthScheme(
  contract: Contract,
  auth: string | undefined,
): { readonly id: string; readonly scheme: OAuth2Scheme } | undefined {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  const whole: AuthScheme | undefined = id !== undefined && Object.hasOwn(contract.auth, id) ? contract.auth[id] : undefined;
  if (id === undefined || whole === undefined) return undefined;
  for (const scheme of whole.kind === "all" ? whole.of : [whole]) if (scheme.kind === "oauth2") return { id, scheme };
  return undefined;
}
