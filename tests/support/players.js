// The players of others, each made to play one rung, and what is heard of it after a seek.

const RATE = 48000;
const ENOUGH = RATE * 0.2;
const PATIENCE_MS = 20000;
const AT_HAND = 3; // HTMLMediaElement.HAVE_FUTURE_DATA

/** Each loads `offer.url` into an element; it answers which rung it plays, and how to end it. */
const PLAYERS = {
  // None: the element alone, and the file of the rung.
  audio: async (audio, { url, rung }) => {
    audio.src = url.replace("multivariant.m3u8", `${rung}.mp4`);
    return { playing: () => rung, end: () => audio.removeAttribute("src") };
  },

  "hls.js": (audio, { url, rung }) =>
    new Promise((ready, fail) => {
      const player = new Hls({ autoStartLoad: false });
      const isOurs = (level) => level.uri.endsWith(`/${rung}.m3u8`);
      player.on(Hls.Events.ERROR, (_, fault) => fault.fatal && fail(new Error(fault.details)));
      player.on(Hls.Events.MANIFEST_PARSED, () => {
        player.loadLevel = player.levels.findIndex(isOurs);
        player.startLoad(0);
        const playing = () => player.levels[player.currentLevel].uri.match(/([^/]*)\.m3u8$/)[1];
        ready({ playing, end: () => player.destroy() });
      });
      player.loadSource(url);
      player.attachMedia(audio);
    }),

  shaka: async (audio, { url, rung, codecs, bandwidth }) => {
    const player = new shaka.Player();
    await player.attach(audio);
    player.configure({
      preferredAudio: [{ codec: codecs.toLowerCase() }],
      restrictions: { minBandwidth: bandwidth, maxBandwidth: bandwidth },
      abr: { enabled: false },
    });
    await player.load(url);
    const active = () => player.getVariantTracks().find((track) => track.active);
    // It keeps no name of a variant; no two have the same bandwidth.
    const playing = () => (active().bandwidth === bandwidth ? rung : active().codecs);
    return { playing, end: () => player.destroy() };
  },

  "dash.js": (audio, { url, rung }) =>
    new Promise((ready, fail) => {
      const player = dashjs.MediaPlayer().create();
      player.updateSettings({ debug: { logLevel: dashjs.Debug.LOG_LEVEL_NONE } });
      player.registerCustomCapabilitiesFilter((representation) => representation.id === rung);
      player.on("error", ({ error }) => fail(new Error(error.message ?? error)));
      player.on("streamInitialized", () => {
        const playing = () => player.getCurrentRepresentationForType("audio").id;
        ready({ playing, end: () => player.destroy() });
      });
      player.initialize(audio, url, false);
    }),
};

const until = async (what, isSo) => {
  for (const deadline = performance.now() + PATIENCE_MS; !isSo(); await pause(10))
    if (performance.now() > deadline) throw new Error(`not in time: ${what}`);
};

/** Answer the first sound of each place, in seconds, of one rung. */
const heardAt = async (name, offer, places) => {
  const audio = new Audio();
  const recorder = await Recorder.of(audio, RATE);
  const player = await PLAYERS[name](audio, offer);
  // A player may seek to its beginning by itself, and must have done so.
  await until("a beginning", () => audio.readyState >= AT_HAND);
  await audio.play();
  await until("a beginning", () => audio.currentTime > 0.1);
  audio.pause();
  const heard = [];
  for (const place of places) {
    audio.currentTime = place;
    await until(`a seek to ${place}`, () => !audio.seeking && audio.readyState >= AT_HAND);
    recorder.blocks.length = 0;
    await audio.play();
    await until(`sound at ${place}`, () => recorder.sounding() >= ENOUGH);
    audio.pause();
    // What is still on its way belongs to this place, not to the next.
    await pause(50);
    heard.push(printed(recorder.samples()));
  }
  const rung = player.playing();
  await player.end();
  await recorder.context.close();
  return { rung, heard };
};

/** The same for several rungs at a time; one that fails does not spoil the others. */
const allHeardAt = (name, offers) =>
  Promise.all(
    offers.map((offer) =>
      heardAt(name, offer, offer.places).catch((fault) => ({ fault: String(fault.message ?? fault) })),
    ),
  );
