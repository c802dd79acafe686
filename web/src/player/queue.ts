// What is heard now and next, as a value: every deed answers another queue.

export type Repeat = "off" | "all" | "one";

/** Where tracks came from: an album, a playlist, a search. */
export interface Context {
  kind: string;
  id: string;
  title?: string;
}

/** A track in the queue; the same track may stand there twice, under keys of its own. */
export interface Entry {
  key: number;
  track: string;
}

export interface Queue {
  entries: readonly Entry[];
  /** Keys in the order in which they were put there; what shuffling leaves alone. */
  order: readonly number[];
  /** The index of what is heard; -1 where nothing is. */
  current: number;
  shuffled: boolean;
  repeat: Repeat;
  context: Context | null;
  nextKey: number;
}

export const EMPTY: Queue = {
  entries: [],
  order: [],
  current: -1,
  shuffled: false,
  repeat: "off",
  context: null,
  nextKey: 1,
};

/** The server keeps no more. */
export const MOST_TRACKS = 1000;

const made = (queue: Queue, tracks: readonly string[]): Entry[] =>
  tracks.map((track, n) => ({ key: queue.nextKey + n, track }));

/** As `splice` would, leaving what was there. */
function spliced<T>(items: readonly T[], at: number, gone: number, ...added: readonly T[]): T[] {
  return [...items.slice(0, at), ...added, ...items.slice(at + gone)];
}

const keysOf = (entries: readonly Entry[]): number[] => entries.map((one) => one.key);

export const currentOf = (queue: Queue): Entry | null => queue.entries[queue.current] ?? null;

/** Hear these, from one on; a shuffled queue stays one. */
export function playNow(
  queue: Queue,
  tracks: readonly string[],
  start: number,
  context: Context | null,
  random: () => number = Math.random,
): Queue {
  const entries = made(queue, tracks.slice(0, MOST_TRACKS));
  const current = entries.length === 0 ? -1 : Math.min(Math.max(0, start), entries.length - 1);
  const plain = {
    ...queue,
    entries,
    order: keysOf(entries),
    current,
    context,
    shuffled: false,
    nextKey: queue.nextKey + entries.length,
  };
  return queue.shuffled ? shuffle(plain, true, random) : plain;
}

/** Hear these behind what is heard now. */
export function playNext(queue: Queue, tracks: readonly string[]): Queue {
  return inserted(queue, tracks, queue.current + 1);
}

/** Hear these at the end. */
export function enqueue(queue: Queue, tracks: readonly string[]): Queue {
  return inserted(queue, tracks, queue.entries.length);
}

function inserted(queue: Queue, tracks: readonly string[], at: number): Queue {
  const room = Math.max(0, MOST_TRACKS - queue.entries.length);
  const added = made(queue, tracks.slice(0, room));
  const before = queue.entries[at - 1];
  const isLast = at === queue.entries.length;
  const place = isLast ? queue.order.length : before ? queue.order.indexOf(before.key) + 1 : 0;
  return {
    ...queue,
    entries: spliced(queue.entries, at, 0, ...added),
    order: spliced(queue.order, place, 0, ...keysOf(added)),
    nextKey: queue.nextKey + added.length,
  };
}

/** Take one away; where it is heard, what is behind it takes its place. */
export function remove(queue: Queue, key: number): Queue {
  const at = queue.entries.findIndex((one) => one.key === key);
  if (at < 0) return queue;
  const entries = spliced(queue.entries, at, 1);
  const current = at < queue.current ? queue.current - 1 : queue.current;
  return {
    ...queue,
    entries,
    order: queue.order.filter((one) => one !== key),
    current: Math.min(current, entries.length - 1),
  };
}

/** Put one elsewhere; what is heard goes on. */
export function move(queue: Queue, key: number, to: number): Queue {
  const from = queue.entries.findIndex((one) => one.key === key);
  const entry = queue.entries[from];
  if (!entry || to < 0 || to >= queue.entries.length || to === from) return queue;
  const heard = currentOf(queue)?.key;
  const entries = spliced(spliced(queue.entries, from, 1), to, 0, entry);
  return {
    ...queue,
    entries,
    order: queue.shuffled ? queue.order : keysOf(entries),
    current: entries.findIndex((one) => one.key === heard),
  };
}

/** Hear one of those that are there. */
export function jump(queue: Queue, key: number): Queue {
  const current = queue.entries.findIndex((one) => one.key === key);
  return current < 0 ? queue : { ...queue, current };
}

/** Leave what is heard, and take all else away. */
export function clear(queue: Queue): Queue {
  const heard = currentOf(queue);
  if (!heard) return { ...EMPTY, repeat: queue.repeat, nextKey: queue.nextKey };
  return { ...queue, entries: [heard], order: [heard.key], current: 0 };
}

/** Mix all but what is heard, which comes first; or put all back as it was. */
export function shuffle(queue: Queue, on: boolean, random: () => number = Math.random): Queue {
  if (on === queue.shuffled) return queue;
  const heard = currentOf(queue);
  if (!on) {
    const byKey = new Map(queue.entries.map((one) => [one.key, one]));
    const entries = queue.order.flatMap((key) => byKey.get(key) ?? []);
    const current = entries.findIndex((one) => one.key === heard?.key);
    return { ...queue, entries, current, shuffled: false };
  }
  const rest = mixed(queue.entries.filter((one) => one !== heard), random);
  const entries = heard ? [heard, ...rest] : rest;
  return { ...queue, entries, current: heard ? 0 : -1, shuffled: true };
}

/** Fisher and Yates. */
function mixed<T>(items: readonly T[], random: () => number): T[] {
  const done = [...items];
  for (let last = done.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [done[last], done[other]] = [done[other] as T, done[last] as T];
  }
  return done;
}

export function repeating(queue: Queue, repeat: Repeat): Queue {
  return { ...queue, repeat };
}

export const nextRepeat = (repeat: Repeat): Repeat =>
  ({ off: "all", all: "one", one: "off" }) [repeat] as Repeat;

/** The index of what sounds when what is heard has ended by itself; null: nothing. */
export function following(queue: Queue): number | null {
  if (queue.current < 0) return null;
  return queue.repeat === "one" ? queue.current : skipping(queue);
}

/** The index of what sounds when somebody asks for the next: repeating one track does not hold it. */
export function skipping(queue: Queue): number | null {
  if (queue.current + 1 < queue.entries.length) return queue.current + 1;
  return queue.repeat === "all" && queue.entries.length > 0 ? 0 : null;
}

/** The index of what was before. */
export function preceding(queue: Queue): number | null {
  if (queue.current > 0) return queue.current - 1;
  return queue.repeat === "all" && queue.entries.length > 0 ? queue.entries.length - 1 : null;
}

export function at(queue: Queue, index: number): Queue {
  return { ...queue, current: index };
}
