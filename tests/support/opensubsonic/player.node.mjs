// A player by subsonic-api: node player.node.mjs MODULES URL USERNAME PASSWORD KEY SONG SECONDS.
// Without SECONDS it listens, and reports nothing.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [modules, url, username, password, apiKey, song, seconds] = process.argv.slice(2);
const entry = createRequire(`${modules}/`).resolve("subsonic-api");
const { default: SubsonicAPI } = await import(pathToFileURL(entry));
const api = new SubsonicAPI({ url, auth: { username, password } });
const byKey = new SubsonicAPI({ url, auth: { apiKey }, post: true });

const ping = [await api.ping(), await byKey.ping()].map((one) => one.status);
const { artists } = await api.getArtists();
const { albumList2 } = await byKey.getAlbumList2({ type: "newest" });
const { album } = await api.getAlbum({ id: albumList2.album[0].id });
const { searchResult3 } = await byKey.search3({ query: album.song[0].title });
const { song: told } = await api.getSong({ id: song });
const cover = await api.getCoverArt({ id: album.id, size: 100 });
const { lyricsList } = await api.getLyricsBySongId({ id: album.song[0].id });
const begun = await api.stream({ id: song });
const music = new Uint8Array(await begun.arrayBuffer());
if (seconds) {
  await api.scrobble({ id: song, submission: false });
  await new Promise((resolve) => setTimeout(resolve, 1000 * Number(seconds)));
  await byKey.scrobble({ id: song });
  await byKey.star({ id: song });
}
const { starred2 } = await api.getStarred2();
await api.unstar({ id: song });
const { playlist } = await byKey.createPlaylist({ name: "Node’s <own>", songId: [song, song] });
await api.deletePlaylist({ id: playlist.id });
console.log(
  JSON.stringify({
    ping,
    artists: artists.index.flatMap((one) => one.artist.map((each) => each.name)),
    album: album.name,
    found: searchResult3.song.map((one) => one.id),
    cover: cover.headers.get("content-type"),
    lines: lyricsList.structuredLyrics[0].line.length,
    grant: begun.headers.get("refrain-grant"),
    kind: begun.headers.get("content-type"),
    bytes: music.length,
    comment: told.comment ?? "",
    starred: (starred2.song ?? []).map((one) => one.id),
    playlist: playlist.entry.map((one) => one.id),
  }),
);
