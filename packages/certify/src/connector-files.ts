/** The files of a connector's folder by path, `/` between folders; binary ones as latin1 text. */
export type ConnectorFiles = ReadonlyMap<string, string>;
