// Bundle the front end into dist/: hashed names, a manifest from logical names, and all of it
// compressed beside, as servers send it.
import { readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";
import { build } from "esbuild";

const dist = new URL("./dist/", import.meta.url).pathname;
await rm(dist, { recursive: true, force: true });
const result = await build({
  entryPoints: {
    app: "src/app.ts",
    style: "src/styles/index.css",
    docs: "src/docs.ts",
    docs_style: "src/docs.css",
  },
  absWorkingDir: new URL(".", import.meta.url).pathname,
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".woff2": "file" },
  bundle: true,
  splitting: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  metafile: true,
  logLevel: "warning",
});
const manifest = {};
for (const [file, made] of Object.entries(result.metafile.outputs)) {
  const name = basename(file);
  if (made.entryPoint && !name.startsWith("part-")) {
    const extension = made.entryPoint.endsWith(".css") ? "css" : "js";
    const [logical] = name.split("-");
    manifest[`${logical}.${extension}`] = name;
  }
}
const packed = { br: promisify(brotliCompress), gz: promisify(gzip) };
for (const file of await readdir(dist)) {
  if (!/\.(js|css)$/.test(file)) continue;
  const text = await readFile(dist + file);
  for (const [ending, pack] of Object.entries(packed))
    await writeFile(`${dist}${file}.${ending}`, await pack(text));
}
await writeFile(`${dist}manifest.json`, JSON.stringify(manifest));
