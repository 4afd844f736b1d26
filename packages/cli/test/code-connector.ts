import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the folder of a connector with operations in code, as an author writes it, for a vendor at this port of loopback. */
export function writeCodeConnector(folder: string, port: number): void {
  mkdirSync(join(folder, "src", "code"), { recursive: true });
  const write = (path: string, text: string) => writeFileSync(join(folder, "src", path), text);
  write(
    "connector.ts",
    `import { apiKey, code, defineConnector, operation, t } from "@mortise/sdk";

const place = { host: "{settings.host}", port: ${port}, methods: ["GET"], paths: ["/companies/*"], auth: "connection" } as const;

export default defineConnector({
  name: "scores",
  version: "1.0.0",
  title: "Scores",
  publisher: "me",
  settings: t.Object({ host: t.Optional(t.String()) }),
  hosts: ["{settings.host}"],
  auth: { key: apiKey({ in: "header", name: "X-Api-Key" }) },
  operations: {
    score: operation(
      {
        title: "Score a company",
        effect: "read",
        input: t.Object({ domain: t.String(), base: t.String(), note: t.Optional(t.String({ "x-secret": true })) }),
        output: t.Object({ score: t.Number(), nonce: t.String(), times: t.Number() }),
      },
      code({ entry: "src/code/score.ts", capabilities: { http: [place], state: { maxKB: 4 } } }),
    ),
    double: operation(
      { title: "Double", effect: "read", auth: [], input: t.Object({ n: t.Number() }), output: t.Number() },
      code({ entry: "src/code/double.ts#double", capabilities: {} }),
    ),
  },
});
`,
  );
  write(
    "code/score.ts",
    `import type { CodeFunction } from "@mortise/sdk";
import { double } from "./double.ts";

interface In {
  readonly domain: string;
  readonly base: string;
}

interface Company {
  readonly size: number | null;
}

const score: CodeFunction<In, { score: number; nonce: string; times: number }> = async ({ domain, base }, ctx) => {
  const answer = await ctx.http.request({ url: \`\${base}/companies/\${domain}\` });
  const company = answer.body as unknown as Company;
  const before = await ctx.state.get("times");
  const times = ((before?.value as number | undefined) ?? 0) + 1;
  await ctx.state.put("times", times, { expectVersion: before?.version ?? 0 });
  ctx.log.info("scored", { domain });
  if (company.size === null) {
    throw new RangeError(\`\${domain} has no size\`);
  }
  return { score: double({ n: company.size }), nonce: ctx.random.bytes(8) + Math.random(), times };
};

export default score;
`,
  );
  write("code/double.ts", "export const double = ({ n }: { readonly n: number }): number => n * 2;\n");
}
