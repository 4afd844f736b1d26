// Pins: see store-contract.ts.
import { memoryEngine } from "../../src/index.ts";
import { storeContract } from "../store-contract.ts";

storeContract("memory", async () => memoryEngine());
