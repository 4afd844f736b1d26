export type { SimulatedConnection } from "./sign-in/simulated-connection.ts";
export { createSimulator, type SimulatedRequest, type Simulator, type SimulatorOptions } from "./simulator.ts";
