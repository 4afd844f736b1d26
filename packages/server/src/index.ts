export { builtInConnectors } from "./host/built-in-connectors.ts";
export { type Deployment, type DeploymentSources, loadDeployment } from "./host/deployment.ts";
export { type Host, type HostOptions, openHost, type StartRun } from "./host/open-host.ts";
export { type Served, type ServeOptions, serve } from "./serve.ts";
export { startTelemetry, type Telemetry, type TelemetryOptions } from "./telemetry/start-telemetry.ts";
export { type WorkerOptions, worker } from "./worker.ts";
