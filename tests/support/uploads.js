// What uploading clients do, in Node and in browsers: bundled by tests/support/clients.py.
// Each answers what happened as JSON: the requests in order, the address, and how it ended.
import Uppy from "@uppy/core";
import UppyAwsS3 from "@uppy/aws-s3";
import UppyTus from "@uppy/tus";
import * as tus from "tus-js-client";

const CHUNK_BYTES = 512 * 1024;

/** A promise, and what fulfils it. */
function deferred() {
  let resolve;
  const promise = new Promise((done) => (resolve = done));
  return { promise, resolve };
}

/** Begin an upload by tus-js-client that notes its requests. */
function begun(job, data, options) {
  const requests = [];
  const { promise, resolve } = deferred();
  const upload = new tus.Upload(data, {
    endpoint: job.endpoint,
    headers: { Authorization: `Bearer ${job.token}` },
    metadata: { filename: job.name, filetype: "audio/wav" },
    chunkSize: CHUNK_BYTES,
    retryDelays: [0, 200, 500],
    onAfterResponse: (request, response) =>
      requests.push([
        request.getHeader("X-HTTP-Method-Override") ?? request.getMethod(),
        request.getHeader("Upload-Offset") ?? null,
        response.getStatus(),
      ]),
    onError: (error) => resolve({ error: String(error) }),
    onSuccess: ({ lastResponse }) => resolve({ track: lastResponse.getHeader("Refrain-Track") }),
    ...job.options,
    ...options,
  });
  return {
    upload,
    ended: promise.then((end) => ({ ...end, url: upload.url, requests })),
  };
}

/** Send all of it. */
async function whole(job, data) {
  const { upload, ended } = begun(job, data);
  upload.start();
  return ended;
}

/** Pause after the first chunk, wait a moment, and go on. */
async function paused(job, data) {
  let pauses = 0;
  const { upload, ended } = begun(job, data, {
    onChunkComplete: () => {
      if (pauses++ === 0) {
        upload.abort();
        setTimeout(() => upload.start(), 100);
      }
    },
  });
  upload.start();
  return ended;
}

/** Stop after the first chunk; only the address is left. */
async function stopped(job, data) {
  const { promise, resolve } = deferred();
  const { upload } = begun(job, data, {
    onChunkComplete: (size, offset) => {
      upload.abort();
      resolve({ url: upload.url, offset });
    },
  });
  upload.start();
  return promise;
}

/** Go on with an address. */
async function resumed(job, data) {
  const { upload, ended } = begun(job, data, { uploadUrl: job.url });
  upload.start();
  return ended;
}

/** Give up after the first chunk, so that nothing is kept. */
async function aborted(job, data) {
  const { promise, resolve } = deferred();
  const { upload } = begun(job, data, {
    onChunkComplete: () => upload.abort(true).then(() => resolve({ url: upload.url })),
  });
  upload.start();
  return promise;
}

/** An Uppy that has a file, and how its upload ends. */
function uppyWith(job, data, plugin, options) {
  const uppy = new Uppy({ id: `uppy-${job.name}`, allowMultipleUploadBatches: true });
  uppy.use(plugin, options);
  const id = uppy.addFile({ name: job.name, type: "audio/wav", data, size: data.size });
  const ended = new Promise((resolve) => {
    uppy.on("upload-success", (file, response) =>
      resolve({
        url: response.uploadURL,
        track: response.body?.xhr?.getResponseHeader?.("Refrain-Track") ?? null,
        location: response.body?.location ?? null,
      }),
    );
    uppy.on("upload-error", (file, error) => resolve({ error: String(error) }));
  });
  return { uppy, id, ended };
}

const uppyTus = (job) => ({
  endpoint: job.endpoint,
  headers: { Authorization: `Bearer ${job.token}` },
  chunkSize: CHUNK_BYTES,
  retryDelays: [0, 200, 500],
});

/** Uppy's tus: pause once there is progress, and go on. */
async function uppyPaused(job, data) {
  const { uppy, id, ended } = uppyWith(job, data, UppyTus, uppyTus(job));
  let pauses = 0;
  uppy.on("upload-progress", (file, progress) => {
    if (progress.bytesUploaded >= CHUNK_BYTES && pauses++ === 0) {
      uppy.pauseResume(id);
      setTimeout(() => uppy.pauseResume(id), 100);
    }
  });
  uppy.upload();
  return { ...(await ended), pauses };
}

/** Uppy's tus: cancel once there is progress. */
async function uppyCancelled(job, data) {
  const { promise, resolve } = deferred();
  const { uppy } = uppyWith(job, data, UppyTus, {
    ...uppyTus(job),
    onAfterResponse: (request, response) => {
      if (request.getMethod() === "DELETE") {
        resolve({ url: request.getURL(), status: response.getStatus() });
      }
    },
  });
  let cancels = 0;
  uppy.on("upload-progress", (file, progress) => {
    if (progress.bytesUploaded >= CHUNK_BYTES && cancels++ === 0) uppy.cancelAll();
  });
  uppy.upload();
  return promise;
}

/** Uppy straight to the storage, as a page of the house: its cookie tells who asks. */
async function uppyStorage(job, data) {
  const { uppy, id, ended } = uppyWith(job, data, UppyAwsS3, {
    companionEndpoint: job.companion,
    shouldUseMultipart: true,
  });
  let pauses = 0;
  uppy.on("s3-multipart:part-uploaded", () => {
    if (job.pauses && pauses++ === 0) {
      uppy.pauseResume(id);
      setTimeout(() => uppy.pauseResume(id), 100);
    }
  });
  uppy.upload();
  return { ...(await ended), pauses };
}

export const scenarios = {
  whole,
  paused,
  stopped,
  resumed,
  aborted,
  uppyPaused,
  uppyCancelled,
  uppyStorage,
};
