import type { AwsSigV4Scheme, SingleAuthScheme } from "@mortise/contract";
import type { SimulatedAnswer } from "../simulated-answer.ts";
import { type Endpoint, endpointAt, type Side } from "./endpoint.ts";
import { bodyParameters } from "./token-parameters.ts";
import { filled } from "./value-at.ts";
import { awsProblem } from "./verify-aws.ts";

/** Where a role is taken (STS `AssumeRole`, API version 2011-06-15), with a request that the connection's own keys sign. */
export function roleEndpoint(scheme: AwsSigV4Scheme & SingleAuthScheme, { connections, issued }: Side): readonly Endpoint[] {
  const { assumeRole, region } = scheme;
  if (assumeRole === undefined) return [];
  const url = assumeRole.url ?? "https://sts.{region}/";
  return [
    endpointAt("POST", url, (request) => {
      const said = bodyParameters(request);
      let problem: string | undefined = "no connection of this scheme is known";
      for (const connection of connections()) {
        const { credential = {}, settings = {} } = connection;
        const { accessKeyId = "", secretAccessKey = "", sessionToken, roleArn = "", externalId = "" } = credential;
        const place = { service: "sts", region: filled(region, settings) };
        problem = awsProblem(request, { accessKeyId, secretAccessKey, sessionToken, ...place });
        const isOwn = said.Action === "AssumeRole" && said.RoleArn === roleArn && (said.ExternalId ?? "") === externalId;
        problem ??= isOwn ? undefined : "the role is not this connection's";
        if (problem !== undefined) continue;
        const details = { secret: "simulated-role-secret", session: "simulated-role-session" };
        const { text } = issued.give({ kind: "access", scheme, connection, details });
        return xmlAnswer(
          200,
          `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>${text}</AccessKeyId><SecretAccessKey>${details.secret}</SecretAccessKey><SessionToken>${details.session}</SessionToken><Expiration>2099-12-31T23:59:59Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`,
        );
      }
      const message = `<Error><Code>AccessDenied</Code><Message>${(problem ?? "").replaceAll(/[<&]/g, "")}</Message></Error>`;
      return xmlAnswer(403, `<ErrorResponse>${message}</ErrorResponse>`);
    }),
  ];
}

const xmlAnswer = (status: number, content: string): SimulatedAnswer => ({
  status,
  headers: { "cache-control": "no-store" },
  text: { type: "text/xml", content },
});
