// What is known of tracks, asked once each.

import { type Card, trackOf, type TrackFacts } from "../api";

const MOST = 500;
const facts = new Map<string, Promise<TrackFacts>>();
const cards = new Map<string, Card>();

/** What a list shows of a track: enough to name it. */
export type Shown = Pick<Card, "track" | "title" | "artist" | "duration" | "artwork" | "release" | "release_title">;

export function factsOf(track: string): Promise<TrackFacts> {
  let found = facts.get(track);
  if (!found) {
    found = trackOf(track);
    facts.set(track, found);
    // What failed, or was not examined yet, is asked again.
    found.then((one) => one.waveform ?? facts.delete(track), () => facts.delete(track));
    if (facts.size > MOST) facts.delete([...facts.keys()][0] ?? "");
  }
  return found;
}

export function keepCards(found: readonly (Card | null)[]): void {
  for (const card of found) if (card) cards.set(card.track, card);
}

/** Somebody else is here, who may not be shown all of it. */
export function forgetFacts(): void {
  facts.clear();
  cards.clear();
}

export const cardOf = (track: string): Shown | null => cards.get(track) ?? null;

/** Name a track, by what lists said of it or by asking. */
export async function shownOf(track: string): Promise<Shown> {
  const known = cards.get(track);
  if (known) return known;
  const { title, artist, duration, release } = await factsOf(track);
  const made = { track, title, artist, duration, release, release_title: null, artwork: null };
  cards.set(track, { ...made, is_audible: true, is_free: false });
  return made;
}

/** Answer where a picture of a track is, near a size: its release's, or one that is drawn of its id. */
export function coverOf(track: string, size: number): string {
  const artwork = cards.get(track)?.artwork;
  return artwork ? `${artwork}/${size}` : `/covers/${track}.svg`;
}
