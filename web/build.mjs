// Bundle the front end into dist/: hashed names, a manifest from logical names, what every page
// needs at once, icons, the worker, and all of it compressed beside, as servers send it.
import { createHash } from "node:crypto";
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { build } from "esbuild";
import { png } from "./icons.mjs";

const here = new URL(".", import.meta.url).pathname;
const dist = `${here}dist/`;
const target = ["es2022"];
await rm(dist, { recursive: true, force: true });
const result = await build({
  entryPoints: {
    app: "src/app.ts",
    style: "src/styles/index.css",
    docs: "src/docs.ts",
    docs_style: "src/docs.css",
  },
  absWorkingDir: here,
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target,
  metafile: true,
  logLevel: "warning",
});
const { outputs } = result.metafile;
const manifest = {};
for (const [file, made] of Object.entries(outputs)) {
  const name = basename(file);
  if (made.entryPoint && !name.startsWith("part-")) {
    const extension = made.entryPoint.endsWith(".css") ? "css" : "js";
    const [logical] = name.split("-");
    manifest[`${logical}.${extension}`] = name;
  }
}

const svg = await readFile(`${here}src/icon.svg`, "utf8");
const icons = {
  "icon.svg": svg,
  "icon-192.png": png(svg, 192),
  "icon-512.png": png(svg, 512),
  "icon-whole-180.png": png(svg, 180, { isWhole: true }),
  "icon-whole-192.png": png(svg, 192, { isWhole: true }),
  "icon-whole-512.png": png(svg, 512, { isWhole: true }),
};
for (const [logical, bytes] of Object.entries(icons)) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  manifest[logical] = logical.replace(".", `-${hash}.`);
  await writeFile(dist + manifest[logical], bytes);
}

// Its name is always the same; what it keeps is told to it by who serves it.
await build({
  entryPoints: ["src/worker/worker.ts"],
  absWorkingDir: here,
  outfile: `${dist}service-worker.js`,
  bundle: true,
  minify: true,
  format: "iife",
  target,
  logLevel: "warning",
});

const packed = { br: promisify(brotliCompress), gz: promisify(gzip) };
for (const file of await readdir(dist)) {
  if (!/-[0-9A-Z]{8}\.(js|css|svg)$/.test(file)) continue;
  const text = await readFile(dist + file);
  for (const [ending, pack] of Object.entries(packed))
    await writeFile(`${dist}${file}.${ending}`, await pack(text));
}
const shell = {
  // Scripts that the first one imports, and theirs, which are asked for with it.
  modules: imported(Object.keys(outputs).find((file) => basename(file) === manifest["app.js"])),
  // What all that we say is written with; what else names need comes when it is there.
  fonts: Object.keys(outputs).map((file) => basename(file)).filter((one) => /-latin-wght-.*woff2$/.test(one)),
};
await writeFile(`${dist}shell.json`, JSON.stringify(shell));
await writeFile(`${dist}manifest.json`, JSON.stringify(manifest));

function imported(file) {
  const found = new Set();
  const waiting = [file];
  for (const one of waiting)
    for (const { path, kind } of outputs[one].imports)
      if (kind === "import-statement" && !found.has(basename(path))) {
        found.add(basename(path));
        waiting.push(path);
      }
  return [...found];
}
