// node uploads.node.js SCENARIO JOB FILE, printed as JSON.
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { FileUrlStorage } from "tus-js-client";
import { scenarios } from "./uploads.js";

const [scenario, text, file] = process.argv.slice(2);
const job = JSON.parse(text);

/** A stream of so many bytes of the file; one that stalls is like a line that went dead. */
async function* pieces(bytes, stalls) {
  const data = readFileSync(file).subarray(0, bytes);
  for (let at = 0; at < data.length; at += 65536) yield data.subarray(at, at + 65536);
  if (stalls) {
    process.stdout.write("stalled\n");
    await new Promise(() => setInterval(() => {}, 1000));
  }
}

function source() {
  if (job.stalls) return Readable.from(pieces(job.stalls, true), { objectMode: false });
  if (job.streams) return Readable.from(pieces(Infinity, false), { objectMode: false });
  const data = readFileSync(file);
  data.size = data.length; // Uppy asks for it as a browser's file tells it
  return data;
}

if (job.storage) job.options = { ...job.options, urlStorage: new FileUrlStorage(job.storage) };
scenarios[scenario](job, source()).then((done) => {
  process.stdout.write(JSON.stringify(done));
  process.exit(0); // Uppy keeps timers
});
