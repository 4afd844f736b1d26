export type { SimulatedConnection } from "./sample-connection.ts";
export { createSimulator, type SimulatedRequest, type Simulator, type SimulatorOptions } from "./simulator.ts";
