import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, measured } from "../../../web/src/player/choice.ts";
import { deedOf } from "../../../web/src/player/keys.ts";
import { albumOf, gainOf } from "../../../web/src/player/loudness.ts";
import { lineAt } from "../../../web/src/player/lyrics.ts";
import { backoff, remedyFor } from "../../../web/src/player/retry.ts";
import { beadsOf } from "../../../web/src/player/stake.ts";
import { bufferedTo, positionIn, segmentAt, spanAt } from "../../../web/src/player/timeline.ts";

const level = (integrated_lufs, true_peak_dbtp = -3) => ({ integrated_lufs, true_peak_dbtp });
const dB = (gain) => 20 * Math.log10(gain);

test("a loud track is turned down to what ReplayGain refers to", () => {
  assert.ok(Math.abs(dB(gainOf("track", level(-8), null)) + 10) < 1e-9);
});

test("no track is turned up so that a peak clips, nor where its peak is not known", () => {
  for (let lufs = -60; lufs <= 0; lufs += 0.5)
    for (let peak = -30; peak <= 3; peak += 0.5) {
      const gain = gainOf("track", level(lufs, peak), null);
      assert.ok(gain <= 1 || dB(gain) + peak <= -1 + 1e-9, `${lufs} ${peak}`);
    }
  assert.equal(gainOf("track", level(-30, null), null), 1);
});

test("off, or where nothing is known, samples are left as they are", () => {
  assert.equal(gainOf("off", level(-5), level(-5)), 1);
  assert.equal(gainOf("track", null, level(-5)), 1);
  assert.equal(gainOf("album", null, null), 1);
});

test("by album all of its tracks have one gain, and without an album their own", () => {
  const album = level(-10, -0.5);
  assert.equal(gainOf("album", level(-20), album), gainOf("album", level(-7), album));
  assert.equal(gainOf("album", level(-12), null), gainOf("track", level(-12), null));
});

test("an album is as loud as its energy over time, and peaks where its loudest track does", () => {
  const same = albumOf([{ loudness: level(-14, -2), duration: 60 }, { loudness: level(-14, -1), duration: 9 }]);
  assert.ok(Math.abs(same.integrated_lufs + 14) < 1e-9);
  assert.equal(same.true_peak_dbtp, -1);
  const half = albumOf([{ loudness: level(-10), duration: 60 }, { loudness: level(-100), duration: 60 }]);
  assert.ok(Math.abs(half.integrated_lufs + 13.01) < 0.01);
  assert.equal(albumOf([{ loudness: null, duration: 60 }]), null);
});

const failure = (status, code = "", after_s = null) => ({ status, code, after_s });

test("waits grow twice as long, up to a quarter of a minute, and never below half of that", () => {
  for (let attempt = 0; attempt < 20; attempt++) {
    const most = Math.min(15_000, 500 * 2 ** attempt);
    assert.equal(backoff(attempt, () => 0), Math.round(most / 2));
    assert.equal(backoff(attempt, () => 1), most);
  }
});

test("a network that is away is asked for ever, a server that is broken is not", () => {
  assert.equal(remedyFor(failure(0), 1000).kind, "wait");
  assert.equal(remedyFor(failure(503), 7).kind, "wait");
  assert.equal(remedyFor(failure(503), 8).kind, "give-up");
  assert.equal(remedyFor(failure(404), 0).kind, "give-up");
});

test("a server that says how long to wait is believed", () => {
  assert.ok(remedyFor(failure(429, "too-many-requests", 7), 0).ms >= 7000);
});

test("an address that ran out is revived, then opened anew; one that was taken back is left", () => {
  assert.equal(remedyFor(failure(410, "ticket-expired"), 0).kind, "revive");
  assert.equal(remedyFor(failure(410, "ticket-expired"), 4).kind, "renew");
  assert.equal(remedyFor(failure(410, "address-expired"), 9).kind, "renew");
  assert.equal(remedyFor(failure(403, "ticket-revoked"), 0).kind, "taken");
});

const LADDER = [
  { uri: "aac-128", codecs: "mp4a.40.2", peak_bps: 140_000, score: 4 },
  { uri: "flac", codecs: "fLaC", peak_bps: 1_000_000, score: 10 },
  { uri: "aac-256", codecs: "mp4a.40.2", peak_bps: 270_000, score: 8 },
  { uri: "opus-96", codecs: "Opus", peak_bps: 105_000, score: 4.5 },
  { uri: "opus-48", codecs: "Opus", peak_bps: 55_000, score: 2.3 },
];
const chosen = (quality, bps, isMetered = false) => choose(LADDER, quality, { bps, isMetered }).uri;

test("what is chosen is the best that the line carries", () => {
  assert.equal(chosen("auto", 20e6), "flac");
  assert.equal(chosen("auto", 20e6, true), "aac-256");
  assert.equal(chosen("auto", 1e6), "aac-256");
  assert.equal(chosen("auto", 250_000), "opus-96");
  assert.equal(chosen("auto", 10_000), "opus-48");
});

test("who saves data or wants all of it is asked nothing more", () => {
  assert.equal(chosen("saver", 20e6), "opus-96");
  assert.equal(chosen("lossless", 10_000), "flac");
  const lossy = LADDER.filter((one) => one.uri !== "flac");
  assert.equal(choose(lossy, "lossless", { bps: 1, isMetered: true }).uri, "aac-256");
  assert.equal(choose([], "auto", { bps: 1, isMetered: false }), undefined);
});

test("a line that became slow is believed sooner than one that became fast", () => {
  const bps = (before, now) => measured(before, now / 8, 1000);
  assert.ok(bps(10e6, 1e6) < 5e6);
  assert.ok(bps(1e6, 10e6) < 5e6);
});

test("a moment lies in the track that sounds then", () => {
  const spans = [{ at: 0, duration: 10 }, { at: 10, duration: 5 }];
  assert.deepEqual([0, 9.9, 10, 14, 99].map((time) => spanAt(spans, time)), [0, 0, 1, 1, 1]);
  assert.equal(positionIn(spans[1], 12), 2);
  assert.equal(positionIn(spans[1], 99), 5);
});

test("a place is in the segment that holds it, priming and all; the end is in the last", () => {
  const segments = [{ start: 0, duration: 6.02 }, { start: 6.02, duration: 6 }];
  assert.deepEqual([0, 5.99, 6, 12, 13].map((at) => segmentAt(segments, at, 0.02)), [0, 0, 1, 1, 1]);
  assert.equal(segmentAt([], 3, 0), 0);
});

test("what is loaded ends where a hole could be heard", () => {
  assert.equal(bufferedTo([[0, 4], [4.01, 9], [12, 20]], 2), 9);
  assert.equal(bufferedTo([[3, 4]], 1), 1);
});

test("beads are full for each play, and the one that is heard fills", () => {
  const stake = { steps: 9, plays: 2, owned: false, heard: 0.4 };
  assert.deepEqual(beadsOf(stake).slice(0, 4), ["full", "full", "filling", "empty"]);
  assert.equal(beadsOf({ ...stake, heard: 0 })[2], "empty");
  assert.ok(beadsOf({ ...stake, owned: true }).every((one) => one === "full"));
});

test("a line is sung from its time on", () => {
  const lines = [{ at: 1000 }, { at: 2500 }, { at: 9000 }];
  assert.deepEqual([0, 1, 2.4, 2.5, 99].map((at) => lineAt(lines, at)), [-1, 0, 0, 1, 2]);
  assert.equal(lineAt([], 5), -1);
});

const press = (key, more = {}) =>
  deedOf({ key, hasModifier: false, isWriting: false, isOnControl: false, ...more });

test("keys do nothing where somebody writes, nor with others held", () => {
  assert.equal(press(" "), "toggle");
  for (const key of [" ", "n", "/", "?"]) {
    assert.equal(press(key, { isWriting: true }), null);
    assert.equal(press(key, { hasModifier: true }), null);
  }
});

test("a button keeps its space and a slider its arrows, letters work everywhere", () => {
  assert.equal(press(" ", { isOnControl: true }), null);
  assert.equal(press("ArrowLeft", { isOnControl: true }), null);
  assert.equal(press("n", { isOnControl: true }), "next");
});
