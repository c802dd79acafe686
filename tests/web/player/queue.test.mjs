import assert from "node:assert/strict";
import { test } from "node:test";
import * as queues from "../../../web/src/player/queue.ts";

const ALBUM = ["a", "b", "c", "d"];
const tracks = (queue) => queue.entries.map((one) => one.track).join("");
const heard = (queue) => queues.currentOf(queue)?.track ?? null;
const album = (start = 0) =>
  queues.playNow(queues.EMPTY, ALBUM, start, { kind: "release", id: "r" });
/** Chance that can be told beforehand: a linear congruential generator. */
const chance = (seed) => () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31;

test("an album is heard from one of its tracks on, to its end", () => {
  const queue = album(2);
  assert.equal(heard(queue), "c");
  assert.equal(queues.following(queue), 3);
  assert.equal(queues.following(queues.at(queue, 3)), null);
});

test("what is to come next stands behind what is heard, what is added at the end", () => {
  const queue = queues.enqueue(queues.playNext(album(1), ["x", "y"]), ["z"]);
  assert.equal(tracks(queue), "abxycdz");
  assert.equal(heard(queue), "b");
});

test("repeating one track holds it until somebody asks for the next", () => {
  const queue = queues.repeating(album(1), "one");
  assert.equal(queues.following(queue), 1);
  assert.equal(queues.skipping(queue), 2);
});

test("repeating all begins anew behind the last, and before the first ends", () => {
  const queue = queues.repeating(album(3), "all");
  assert.equal(queues.following(queue), 0);
  assert.equal(queues.preceding(queues.at(queue, 0)), 3);
  assert.equal(queues.preceding(album(0)), null);
});

test("what is heard goes on when others are moved or taken away", () => {
  let queue = album(1);
  queue = queues.move(queue, queue.entries[3].key, 0);
  assert.equal(tracks(queue), "dabc");
  queue = queues.remove(queue, queue.entries[0].key);
  assert.equal(tracks(queue), "abc");
  assert.equal(heard(queue), "b");
});

test("when what is heard is taken away, what is behind it takes its place", () => {
  const queue = queues.remove(album(1), album(1).entries[1].key);
  assert.equal(heard(queue), "c");
  const last = album(3);
  assert.equal(heard(queues.remove(last, last.entries[3].key)), "c");
  const [only] = queues.playNow(queues.EMPTY, ["a"], 0, null).entries;
  assert.equal(queues.remove(queues.playNow(queues.EMPTY, ["a"], 0, null), only.key).current, -1);
});

test("shuffling keeps what is heard and every track, and undone it is as it was", () => {
  for (let seed = 1; seed < 200; seed++) {
    const start = seed % ALBUM.length;
    const mixed = queues.shuffle(album(start), true, chance(seed));
    assert.equal(heard(mixed), ALBUM[start]);
    assert.equal(mixed.current, 0);
    assert.deepEqual([...tracks(mixed)].sort(), ALBUM);
    const added = queues.playNext(mixed, ["x"]);
    assert.equal(added.entries[1].track, "x");
    const undone = queues.shuffle(added, false);
    assert.equal(tracks(undone).replace("x", ""), "abcd");
    assert.equal(undone.entries[undone.current + 1].track, "x");
    assert.equal(heard(undone), ALBUM[start]);
  }
});

test("a shuffled queue stays one when something else is played", () => {
  const queue = queues.playNow({ ...queues.EMPTY, shuffled: true }, ALBUM, 2, null, chance(5));
  assert.equal(heard(queue), "c");
  assert.equal(queue.shuffled, true);
  assert.equal(tracks(queues.shuffle(queue, false)), "abcd");
});

test("shuffling is even: each of the others comes next about as often", () => {
  const random = chance(11);
  const counts = { b: 0, c: 0, d: 0 };
  for (let n = 0; n < 3000; n++) counts[queues.shuffle(album(0), true, random).entries[1].track]++;
  for (const count of Object.values(counts)) assert.ok(Math.abs(count - 1000) < 150, count);
});

test("no more is kept than the server keeps", () => {
  const many = Array.from({ length: queues.MOST_TRACKS + 5 }, (_, n) => String(n));
  const queue = queues.enqueue(queues.playNow(queues.EMPTY, many, 0, null), ["x"]);
  assert.equal(queue.entries.length, queues.MOST_TRACKS);
});

test("clearing leaves what is heard", () => {
  assert.equal(tracks(queues.clear(album(2))), "c");
  assert.equal(queues.clear(queues.EMPTY).current, -1);
});
