// What the beginning of a rendition tells (ISO/IEC 14496-12): how long it is, what is hidden, how loud.

import type { Loudness } from "./loudness";

export interface InitFacts {
  /** Seconds of music, to the sample; 0 where it still grows. */
  duration: number;
  /** Seconds that the edit list hides before it. */
  hidden: number;
  /** What an Opus decoder skips, in samples at 48 kHz; 0 of other codecs. */
  preSkip: number;
  track: Loudness | null;
  album: Loudness | null;
}

type Found = (kind: string, view: DataView) => void;

const INSIDE: Record<string, number> = {
  moov: 0, trak: 0, edts: 0, mdia: 0, minf: 0, stbl: 0, udta: 0, ludt: 0,
  // Behind version, flags and a count; and behind the fields of an audio sample entry.
  stsd: 8, Opus: 28,
};

function walk(view: DataView, found: Found): void {
  for (let at = 0; at + 8 <= view.byteLength; ) {
    const size = view.getUint32(at);
    if (size < 8 || at + size > view.byteLength) return;
    const kind = String.fromCharCode(...[4, 5, 6, 7].map((n) => view.getUint8(at + n)));
    const body = new DataView(view.buffer, view.byteOffset + at + 8, size - 8);
    found(kind, body);
    const skipped = INSIDE[kind];
    if (skipped !== undefined && skipped <= body.byteLength)
      walk(new DataView(body.buffer, body.byteOffset + skipped, body.byteLength - skipped), found);
    at += size;
  }
}

export function factsOf(bytes: ArrayBuffer): InitFacts {
  let rate = 1;
  let samples = 0;
  let hidden = 0;
  let preSkip = 0;
  const levels: Record<string, Loudness> = {};
  walk(new DataView(bytes), (kind, view) => {
    if (kind === "mvhd") rate = view.getUint32(12);
    if (kind === "elst" && view.getUint8(0) === 1) {
      samples = Number(view.getBigUint64(8));
      hidden = Number(view.getBigInt64(16));
    }
    if (kind === "dOps") preSkip = view.getUint16(2);
    if (kind === "tlou" || kind === "alou") levels[kind] = levelsOf(view);
  });
  return {
    duration: samples / rate,
    hidden: hidden / rate,
    preSkip,
    track: levels["tlou"] ?? null,
    album: levels["alou"] ?? null,
  };
}

const PROGRAM_LOUDNESS = 1;

/** Read `tlou` or `alou`; levels are coded as ISO/IEC 23003-4 does (tables A.48 and A.49). */
function levelsOf(view: DataView): Loudness {
  const peak = view.getUint16(7) & 0xfff;
  let integrated: number | null = null;
  for (let n = 0; n < view.getUint8(10); n++) {
    const [method, value] = [view.getUint8(11 + 3 * n), view.getUint8(12 + 3 * n)];
    if (method === PROGRAM_LOUDNESS) integrated = value / 4 - 57.75;
  }
  return { integrated_lufs: integrated, true_peak_dbtp: peak === 0 ? null : 20 - peak / 32 };
}
