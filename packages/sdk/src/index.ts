export type { Connector } from "./connector.ts";
export type { FileAccess, NativeBinding, NativeCall, NativeContext, NativePage, NativeStream, NetworkTarget } from "./native.ts";
