/** What ids of simulated runs begin with: a run that goes on in another process is simulated there too. */
const PREFIX = "simulated-";

/** The id of a simulated run. `name` absent: a new one. */
export const simulatedRunId = (name: string = crypto.randomUUID()): string => `${PREFIX}${name}`;

/** Whether a run calls simulated systems instead of real ones. */
export const isSimulatedRun = (runId: string | undefined): boolean => runId?.startsWith(PREFIX) === true;
