/** Called between connecting and the first byte; a rejection sends nothing. */
export type BeforeSend = () => Promise<void>;
