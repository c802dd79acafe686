// node player_formats.mjs INIT PLAYLIST MULTIVARIANT: what the player reads in them, as JSON.
import { readFileSync } from "node:fs";
import { factsOf } from "../../web/src/player/boxes.ts";
import { parseMedia, parseMultivariant } from "../../web/src/player/playlist.ts";

const [init, media, multivariant] = process.argv.slice(2).map((path) => readFileSync(path));
const bytes = init.buffer.slice(init.byteOffset, init.byteOffset + init.byteLength);
const read = {
  facts: factsOf(bytes),
  media: parseMedia(media.toString()),
  variants: parseMultivariant(multivariant.toString()),
};
console.log(JSON.stringify(read));
