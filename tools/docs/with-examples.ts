import { readFileSync } from "node:fs";
import { join } from "node:path";

const BLOCK = /<!-- example: (\S+) -->\n[\s\S]*?<!-- \/example -->/g;

/** The text with every `<!-- example: PATH -->…<!-- /example -->` filled with that file, which a test runs. */
export function withExamples(text: string, root: string): string {
  return text.replace(BLOCK, (_, path: string) => {
    const source = readFileSync(join(root, path), "utf8").trimEnd();
    return `<!-- example: ${path} -->\n\`\`\`ts\n${source}\n\`\`\`\n<!-- /example -->`;
  });
}
