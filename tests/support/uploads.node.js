// node uploads.node.js SCENARIO JOB FILE, printed as JSON.
import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { scenarios } from "./uploads.js";

const [scenario, text, file] = process.argv.slice(2);
const job = JSON.parse(text);

/** A stream of the file, which does not tell how long it is. */
async function* pieces() {
  const data = readFileSync(file);
  for (let at = 0; at < data.length; at += 65536) yield data.subarray(at, at + 65536);
}

function source() {
  if (job.streams) return Readable.from(pieces(), { objectMode: false });
  const data = readFileSync(file);
  data.size = data.length; // Uppy asks for it as a browser's file tells it
  return data;
}

scenarios[scenario](job, source()).then((done) => {
  process.stdout.write(JSON.stringify(done));
  process.exit(0); // Uppy keeps timers
});
