import type { SignInStatus } from "./sign-in-api.ts";

/** What the window of a sign-in tells the pages that wait. It holds nothing that another page of this server may not know. */
export interface SignInNews {
  readonly id: string;
  readonly status: SignInStatus;
}

const CHANNEL = "mortise-connect";

/** Tells all pages of this browser. A window that was at another system has no opener any more: its policy cuts it off. */
export function tell(news: SignInNews): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage(news);
  channel.close();
}

/** Hears what is told until the returned function is called. */
export function hear(onNews: (news: SignInNews) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data }: MessageEvent<SignInNews>) => onNews(data);
  return () => channel.close();
}
