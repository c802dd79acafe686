// What a test hears in a browser: every sample of a file, decoded at once or played.

/** Samples as text that passes to the test: 32-bit floats in base64, one text a channel. */
const printed = (channels) =>
  channels.map((samples) => {
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768)
      text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return btoa(text);
  });

const bytesOf = async (url) => await (await fetch(url)).arrayBuffer();
const once = (target, event) =>
  new Promise((done, fail) => {
    target.addEventListener(event, done, { once: true });
    target.addEventListener("error", () => fail(new Error(`error, not ${event}`)), { once: true });
  });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const RECORDER = `registerProcessor("recorder", class extends AudioWorkletProcessor {
  process([input]) {
    if (input.length) this.port.postMessage(input.map((channel) => channel.slice()));
    return true;
  }
})`;

/** Records all that comes out of a media element, at the rate of its context. */
class Recorder {
  static async of(audio, rate) {
    const context = new AudioContext({ sampleRate: rate });
    const module = new Blob([RECORDER], { type: "text/javascript" });
    await context.audioWorklet.addModule(URL.createObjectURL(module));
    await context.resume();
    const recorder = new Recorder(context);
    context.createMediaElementSource(audio).connect(recorder.node).connect(context.destination);
    return recorder;
  }

  /** Records what scripts of the page send to the destination of a context of their own. */
  static async ofPage(rate) {
    const context = new AudioContext({ sampleRate: rate });
    const module = new Blob([RECORDER], { type: "text/javascript" });
    await context.audioWorklet.addModule(URL.createObjectURL(module));
    const recorder = new Recorder(context);
    const { connect } = AudioNode.prototype;
    window.AudioContext = function () {
      return context;
    };
    AudioNode.prototype.connect = function (to, ...rest) {
      if (to !== context.destination) return connect.call(this, to, ...rest);
      connect.call(this, recorder.node);
      return connect.call(recorder.node, to);
    };
    return recorder;
  }

  constructor(context) {
    this.context = context;
    this.blocks = [];
    this.node = new AudioWorkletNode(context, "recorder");
    this.node.port.onmessage = ({ data }) => this.blocks.push(data);
  }

  /** How many samples there are since the first sound. */
  sounding() {
    const first = this.blocks.findIndex((block) => block[0].some((sample) => sample !== 0));
    return first < 0 ? 0 : (this.blocks.length - first) * this.blocks[0][0].length;
  }

  /** Two channels: what was recorded, whatever the number of channels was. */
  samples() {
    return [0, 1].map((side) => {
      const parts = this.blocks.map((block) => block[Math.min(side, block.length - 1)]);
      const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        all.set(part, at);
        at += part.length;
      }
      return all;
    });
  }
}

/** All samples of a file, by Web Audio. */
const decoded = async (url, rate) => {
  const buffer = await new OfflineAudioContext(2, 1, rate).decodeAudioData(await bytesOf(url));
  const channels = [...Array(buffer.numberOfChannels).keys()];
  return printed(channels.map((channel) => buffer.getChannelData(channel)));
};

/**
 * Tracks appended one behind another to one source buffer, and what is heard of them.
 * `tracks` are `{ url, samples, cut }`, of which so many samples are cut before the music; `ranges` are those that were buffered, in seconds.
 */
const played = async (tracks, mime, rate) => {
  const media = new MediaSource();
  const audio = new Audio(URL.createObjectURL(media));
  await once(media, "sourceopen");
  const buffer = media.addSourceBuffer(mime);
  let samples = 0;
  for (const track of tracks) {
    buffer.timestampOffset = (samples - track.cut) / rate;
    buffer.appendWindowStart = samples / rate;
    buffer.appendBuffer(await bytesOf(track.url));
    await once(buffer, "updateend");
    samples += track.samples;
  }
  media.endOfStream();
  const { buffered } = audio;
  const ranges = [...Array(buffered.length).keys()].map((n) => [buffered.start(n), buffered.end(n)]);
  const recorder = await Recorder.of(audio, rate);
  await audio.play();
  await once(audio, "ended");
  await pause(300);
  await recorder.context.close();
  return { ranges, duration: audio.duration, channels: printed(recorder.samples()) };
};
