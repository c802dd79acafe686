// The interface of the server, as far as the player uses it.

export interface PlayOpened {
  play: string;
  hls: string;
  progressive: { rung: string; mime: string; url: string }[];
  grant: "full" | "preview" | "owned" | "free";
  step: number;
  price: number;
  left_to_own: number;
  balance: number;
}

export interface PlayVerdict {
  verdict: "open" | "qualified" | "held" | "settled" | "rejected";
  reason: string;
  price: number;
  next_price: number;
  left_to_own: number;
  owned: boolean;
  balance: number;
}

/** What a problem document says, as an error. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly code = "",
  ) {
    super(detail);
  }
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(path, { credentials: "same-origin", ...init });
  const body: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return body as T;
  const { detail, type } = body as { detail?: string; type?: string };
  const code = type?.split(":").at(-1);
  throw new Problem(answer.status, detail ?? `The server answered ${answer.status}.`, code);
}

export function post<T>(path: string, body: unknown): Promise<T> {
  const headers = { "Content-Type": "application/json" };
  // A page that is being closed still tells how far it came.
  return ask<T>(path, { method: "POST", headers, body: JSON.stringify(body), keepalive: true });
}

export const openPlay = (track: string): Promise<PlayOpened> =>
  post("/api/v1/plays", { track });

export const reportProgress = (
  play: string,
  position_s: number,
  elapsed_s: number,
): Promise<PlayVerdict> => post(`/api/v1/plays/${play}/heartbeat`, { position_s, elapsed_s });

export const verdictOf = (play: string): Promise<PlayVerdict> => ask(`/api/v1/plays/${play}`);

export interface Peaks {
  length: number;
  bits: number;
  data: number[];
}

export interface TrackFacts {
  waveform: { screen: string } | null;
}

export const trackOf = (track: string): Promise<TrackFacts> => ask(`/api/v1/tracks/${track}`);

export const peaksAt = (url: string): Promise<Peaks> => ask(url);
