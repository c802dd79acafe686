// What the co-operative's former web player does, on an origin of its own: it signs in by
// oidc-client-ts with the one scope and the word that it has for a secret, asks below /api/v3 with its
// token, and plays by hls.js, by an address, or by a file that it fetched. Its address has
// ?house=…&client=… at first. What it holds stands in the title, as JSON.
import Hls from "hls.js";
import { UserManager, WebStorageStateStore } from "oidc-client-ts";

const here = `${location.origin}/`;
const asked = new URLSearchParams(location.search);
for (const name of ["house", "client"]) {
  if (asked.has(name)) localStorage.setItem(name, asked.get(name));
}
const house = localStorage.getItem("house");
const manager = new UserManager({
  authority: house,
  client_id: localStorage.getItem("client"),
  client_secret: "missing",
  redirect_uri: here,
  silent_redirect_uri: here,
  scope: "read_write",
  userStore: new WebStorageStateStore({ store: localStorage }),
  loadUserInfo: false,
  automaticSilentRenew: true,
});

const shown = async () => {
  const user = await manager.getUser();
  return user ? { Authorization: `Bearer ${user.access_token}` } : {};
};

/** Ask `GET tracks`, or send a document; answer what is told. */
const ask = async (route, body) => {
  const [method, path] = route.split(" ");
  const answer = await fetch(`${house}/api/v3/${path}`, {
    method,
    headers: { ...(await shown()), "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  });
  const document = await answer.json();
  if (!answer.ok) throw new Error(document.message);
  return document.data;
};

/** Play from a second on until so much was heard, and answer where that is. */
const heard = (audio, from, seconds) =>
  new Promise((done, fail) => {
    audio.addEventListener("error", () => fail(new Error(audio.error.message)));
    audio.addEventListener("loadedmetadata", () => from && (audio.currentTime = from));
    audio.addEventListener("timeupdate", () => {
      if (audio.currentTime < from + seconds) return;
      audio.pause();
      done(audio.currentTime);
    });
    audio.play().catch(fail);
  });

const byAddress = (address, from, seconds) => heard(new Audio(address), from, seconds);

const byHls = async (id, seconds) => {
  const headers = await shown();
  const whose = headers.Authorization ? "user/stream" : "stream";
  const player = new Hls({
    xhrSetup: (asking) => {
      for (const name in headers) asking.setRequestHeader(name, headers[name]);
    },
  });
  const audio = new Audio();
  const failed = new Promise((_, fail) =>
    player.on(Hls.Events.ERROR, (_, fault) => fault.fatal && fail(new Error(fault.details))),
  );
  player.loadSource(`${house}/api/v3/${whose}/${id}/playlist.m3u8`);
  player.attachMedia(audio);
  try {
    return await Promise.race([heard(audio, 0, seconds), failed]);
  } finally {
    player.destroy();
  }
};

/** Fetch the beginning of a track, then all of it, and play that. */
const byFile = async (address, seconds) => {
  const headers = await shown();
  const part = await fetch(address, { headers: { ...headers, Range: "bytes=0-99" } });
  const range = part.headers.get("Content-Range");
  const whole = URL.createObjectURL(await (await fetch(address, { headers })).blob());
  return { status: part.status, range, heard: await byAddress(whole, 0, seconds) };
};

globalThis.beam = {
  ask,
  byAddress,
  byFile,
  byHls,
  signIn: () => void manager.signinRedirect(),
  renew: async () => (await manager.signinSilent()).access_token,
  signOut: async () => {
    const user = await manager.getUser();
    await manager.revokeTokens();
    await manager.removeUser();
    return user.access_token;
  },
};

const begin = async () => {
  if (asked.has("code") || asked.has("error")) {
    const user = await manager.signinCallback();
    history.replaceState(null, "", here);
    return { scope: user?.scope };
  }
  return { ready: true };
};
const show = (said) => (document.title = JSON.stringify(said));
begin().then(show, (error) => show({ error: String(error) }));
