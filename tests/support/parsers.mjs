// What two other parsers read in a file: node parsers.mjs MODULES FILE, printed as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, file] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const bytes = readFileSync(file);
const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);

function byMp4box() {
  const { createFile } = require("mp4box");
  const parsed = createFile();
  let info;
  parsed.onReady = (ready) => (info = ready);
  const buffer = content.slice(0);
  buffer.fileStart = 0;
  parsed.appendBuffer(buffer);
  parsed.flush();
  const [track] = info.tracks;
  const trak = parsed.getTrackById(track.id);
  const index = parsed.boxes.find((box) => box.type === "sidx");
  return {
    track: track.id,
    timescale: track.timescale,
    codecs: track.codec,
    rate: track.audio.sample_rate,
    channels: track.audio.channel_count,
    edits: trak.edts.elst.entries.map((edit) => [edit.segment_duration, edit.media_time]),
    samples: trak.samples.map((sample) => [sample.dts, sample.duration, sample.size]),
    index: [index.timescale, Number(index.earliest_presentation_time), index.first_offset],
    references: index.references.map((one) => [one.referenced_size, one.subsegment_duration]),
  };
}

function byIsoBoxer() {
  const parsed = require("codem-isoboxer").parseBuffer(content);
  const one = (kind) => parsed.fetch(kind);
  const all = (kind) => parsed.fetchAll(kind);
  const index = one("sidx");
  return {
    track: one("tkhd").track_ID,
    timescale: one("mdhd").timescale,
    edits: one("elst").entries.map((edit) => [edit.segment_duration, edit.media_time]),
    counts: all("trun").map((run) => run.sample_count),
    sizes: all("trun").flatMap((run) => run.samples.map((sample) => sample.sample_size)),
    times: all("tfdt").map((box) => box.baseMediaDecodeTime),
    numbers: all("mfhd").map((box) => box.sequence_number),
    index: [index.timescale, index.earliest_presentation_time, index.first_offset],
    references: index.references.map((one) => [one.referenced_size, one.subsegment_duration]),
  };
}

console.log(JSON.stringify({ mp4box: byMp4box(), isoboxer: byIsoBoxer() }));
