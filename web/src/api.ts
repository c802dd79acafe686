// The interface of the server, as far as the player uses it.

import { t } from "./shell/language";

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
  grant: PlayOpened["grant"];
  verdict: "open" | "qualified" | "held" | "settled" | "rejected";
  reason: string;
  price: number;
  next_price: number;
  left_to_own: number;
  owned: boolean;
  balance: number;
  evidence: { needed_ms: number; heard_ms: number };
}

/** What a problem document says, as an error. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    detail: string,
    readonly code = "",
    readonly after_s: number | null = null,
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
  const after = answer.headers.get("Retry-After");
  const sentence = detail ?? t("The server answered %(status)s.", { status: answer.status });
  throw new Problem(answer.status, sentence, code, after === null ? null : Number(after));
}

const sent = (method: string, body: unknown, more: Record<string, string> = {}): RequestInit => ({
  method,
  headers: { "Content-Type": "application/json", ...more },
  body: JSON.stringify(body),
});

export function post<T>(path: string, body: unknown): Promise<T> {
  // A page that is being closed still tells how far it came.
  return ask<T>(path, { ...sent("POST", body), keepalive: true });
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

export interface Loudness {
  integrated_lufs: number | null;
  true_peak_dbtp: number | null;
}

export interface TrackFacts {
  id: string;
  title: string;
  artist: string;
  duration: number | null;
  loudness: Loudness | null;
  waveform: { screen: string } | null;
  release: string | null;
  artists: { id: string; name: string }[] | null;
  has_lyrics: boolean | null;
}

export const trackOf = (track: string): Promise<TrackFacts> => ask(`/api/v1/tracks/${track}`);

export const peaksAt = (url: string): Promise<Peaks> => ask(url);

/** Take a session's address back: what was only loaded holds no credit any more. */
export const endPlay = (play: string): Promise<unknown> =>
  ask(`/api/v1/plays/${play}`, { method: "DELETE", keepalive: true });

export interface Begun {
  play: string;
}

/** What was begun last, here and on other devices. */
export const sessionsOf = (): Promise<{ items: Begun[] }> =>
  ask("/api/v1/history?of=sessions&limit=10");

export interface Price {
  plays: number;
  steps: number;
  next_price: number;
  remainder: number;
  nothing: "own" | "owned" | "free" | "no-deal" | "not-for-sale" | null;
  balance: number;
}

export const priceOf = (track: string): Promise<Price> => ask(`/api/v1/tracks/${track}/price`);

/** Buy what is left of a track; the same key never buys twice. */
export const buyTrack = (track: string, key: string): Promise<{ price: number; balance: number }> =>
  ask("/api/v1/purchases", sent("POST", { track }, { "Idempotency-Key": key }));

export interface Card {
  track: string;
  title: string;
  artist: string;
  duration: number | null;
  is_audible: boolean;
  is_free: boolean;
  release: string | null;
  release_title: string | null;
  artwork: string | null;
}

export interface QueueDocument {
  items: { track: string; card: Card | null }[];
  current: number | null;
  position: number;
  changed_by: string;
}

export interface QueueSaid {
  tracks: string[];
  current: number | null;
  position: number;
  changed_by: string;
}

export const queueOf = (): Promise<QueueDocument> => ask("/api/v1/queue");

export const putQueue = (said: QueueSaid): Promise<QueueDocument> =>
  ask("/api/v1/queue", sent("PUT", said));

export const isLiked = async (track: string): Promise<boolean> => {
  const marks: { items: { since: string | null }[] } = await ask(`/api/v1/marks/tracks?id=${track}`);
  return marks.items[0]?.since != null;
};

export const like = (track: string, on: boolean): Promise<unknown> =>
  ask(`/api/v1/favourites/tracks/${track}`, { method: on ? "PUT" : "DELETE" });

export interface Lyrics {
  plain: string;
  language: string | null;
  lines: { at: number; text: string }[] | null;
}

export const lyricsOf = (track: string): Promise<Lyrics> => ask(`/api/v1/tracks/${track}/lyrics`);
