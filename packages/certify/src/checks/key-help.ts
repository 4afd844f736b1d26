import { defineCheck, type Finding } from "../check.ts";
import { singleSchemes } from "../walk/single-schemes.ts";

export const keyHelp = defineCheck({
  id: "MC040",
  name: "key-help",
  severity: "warning",
  title: "The help of an auth scheme says where the credential is found, with a link.",
  why: "Finding the page that makes an API key is where most people give up.",
  reading:
    "Keys, tokens and OAuth clients are made on a page of the vendor, so their help has a link; user names and other fields need a sentence.",
  bad: { contract: { auth: { token: { help: "Ask Acme." } } } },
  good: { contract: { auth: { token: { help: "Create a key at https://acme.example/settings/keys." } } } },
  run: ({ contract }) =>
    singleSchemes(contract).flatMap(({ id, path, scheme }): readonly Finding[] => {
      if (scheme.kind === "none") return [];
      const help = scheme.help ?? contract.auth[id]?.help;
      if (help === undefined || help.trim() === "")
        return [{ code: "MISSING_KEY", path: `${path}/help`, message: "is missing: where people find the credential" }];
      if (
        !["apiKey", "bearer", "oauth2", "oauth1", "awsSigV4", "jwt", "appInstall"].includes(scheme.kind) ||
        /https:\/\/\S+\.\S+/.test(help)
      )
        return [];
      return [{ code: "INVALID_VALUE", path: `${path}/help`, message: "has no link to the page where the credential is made" }];
    }),
});
