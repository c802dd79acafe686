// What is needed to hear a track: its session, the way to its media, what it is levelled by.

import type { PlayOpened } from "../api";
import type { InitFacts } from "./boxes";
import type { Media } from "./engine";
import { factsOf } from "./facts";
import { albumOf, gainOf, type Levelling, type Loudness } from "./loudness";
import { Net } from "./net";
import { type Entry, type Queue } from "./queue";
import { Session, type Witness } from "./session";

/** Of longer releases the beginning tells how loud they are. */
const MOST_OF_ALBUM = 40;

/** A track with its session, that sounds or is about to. */
export interface Playing {
  key: number;
  track: string;
  duration: number;
  session: Session;
  media: Media;
}

/** What is asked and told meanwhile. */
export interface Around extends Omit<Witness, "position"> {
  queue: () => Queue;
  levelling: () => Levelling;
  positionOf: (session: Session) => number;
  onTrouble: (isWaiting: boolean) => void;
  /** More is known of how loud something is. */
  onLevel: () => void;
}

export async function readied(entry: Entry, opened: PlayOpened, around: Around): Promise<Playing> {
  const { key, track } = entry;
  const facts = await factsOf(track).catch(() => null);
  const session: Session = new Session(track, opened, {
    ...around,
    position: () => around.positionOf(session),
  });
  const net = new Net({
    revive: () => session.heartbeat.beat(),
    onTrouble: (isWaiting) => around.onTrouble(isWaiting),
  });
  const duration = facts?.duration ?? 0;
  const gain = gainFor(facts?.loudness ?? null, facts?.release ?? null, around);
  return { key, track, duration, session, media: { ...opened, net, gain, duration } };
}

/** What a track is levelled by: what its beginning says, or what is known of it and its album. */
function gainFor(own: Loudness | null, release: string | null, around: Around): Media["gain"] {
  let album: Loudness | null = null;
  void albumIn(around.queue(), release).then((found) => {
    album = found;
    around.onLevel();
  });
  return (said: InitFacts | null) =>
    gainOf(around.levelling(), said?.track ?? own, said?.album ?? album);
}

/** How loud a release is, where the queue is one. */
async function albumIn(queue: Queue, release: string | null): Promise<Loudness | null> {
  if (queue.context?.kind !== "release" || release === null) return null;
  const few = queue.entries.slice(0, MOST_OF_ALBUM).map((one) => factsOf(one.track).catch(() => null));
  const same = (await Promise.all(few)).flatMap((one) => (one?.release === release ? [one] : []));
  return albumOf(same.map(({ loudness, duration }) => ({ loudness, duration: duration ?? 0 })));
}
