/** `npm run new -- package|connector NAME`: a new package or connector of the house. */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scaffoldConnector } from "@mortise/cli";
import { RANKS } from "../layers/ranks.ts";

const root = join(import.meta.dirname, "..", "..");
const [kind, name] = process.argv.slice(2);

if ((kind !== "package" && kind !== "connector") || !name || !/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error("Usage: npm run new -- package|connector NAME");
  process.exit(2);
}

if (kind === "connector") {
  const made = await scaffoldConnector(name, { dir: join(root, "connectors") });
  console.log(`${made.files.join("\n")}\n\nNext: npm install, then npm test -- connectors/${name}`);
} else {
  newPackage(name);
}

function newPackage(packageName: string): void {
  const folder = join(root, "packages", packageName);
  if (RANKS[packageName] === undefined) fail(`"${packageName}" has no number. Add it to tools/layers/ranks.ts first.`);
  if (existsSync(folder)) fail(`${folder} exists already.`);
  mkdirSync(join(folder, "src"), { recursive: true });
  mkdirSync(join(folder, "test"));
  const manifest = {
    name: `@mortise/${packageName}`,
    version: "0.1.0",
    description: `Say in one line what ${packageName} is`,
    license: "Apache-2.0",
    type: "module",
    exports: { ".": "./src/index.ts" },
    files: ["src"],
    dependencies: { "@mortise/contract": "0.1.0" },
  };
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  writeFileSync(join(folder, "src", "index.ts"), "export {};\n");
  writeFileSync(join(folder, "README.md"), `# @mortise/${packageName}\n\n${manifest.description}.\n`);
  console.log(`${folder}\n\nNext: npm install, then npm run map`);
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
