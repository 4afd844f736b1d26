/** A process that rotates the keys of a data folder, and says how far it is: `rotate-process.ts DATA_DIR`. */
import { openVault } from "../../src/vault/open-vault.ts";

const vault = await openVault({ dataDir: process.argv[2] ?? "", deployment: {}, actor: "cli" });
const report = await vault.rotate({ onProgress: (progress) => process.stdout.write(`${JSON.stringify(progress)}\n`) });
process.stdout.write(`${JSON.stringify({ report })}\n`);
await vault.close();
