// node uploads.node.js SCENARIO JOB FILE, printed as JSON.
import { createReadStream, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { FileUrlStorage } from "tus-js-client";
import { scenarios } from "./uploads.js";

const [scenario, text, file] = process.argv.slice(2);
const job = JSON.parse(text);

/** A stream that gives so much and then nothing, like a line that went dead. */
function stalling(bytes) {
  return Readable.from(
    (async function* () {
      yield readFileSync(file).subarray(0, bytes);
      process.stdout.write("stalled\n");
      await new Promise(() => setInterval(() => {}, 1000));
    })(),
    { objectMode: false },
  );
}

function source() {
  if (job.stalls) return stalling(job.stalls);
  if (job.streams) return createReadStream(file);
  const data = readFileSync(file);
  data.size = data.length; // Uppy asks for it as a browser's file tells it
  return data;
}

if (job.storage) job.options = { ...job.options, urlStorage: new FileUrlStorage(job.storage) };
scenarios[scenario](job, source()).then((done) => {
  process.stdout.write(JSON.stringify(done));
  process.exit(0); // Uppy keeps timers
});
