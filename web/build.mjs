// Bundle the front end into dist/, with a manifest from logical to hashed names.
import { rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

const dist = new URL("./dist/", import.meta.url).pathname;
await rm(dist, { recursive: true, force: true });
const result = await build({
  entryPoints: {
    player: "src/main.ts",
    passkeys: "src/passkeys.ts",
    style: "src/style.css",
    docs: "src/docs.ts",
    docs_style: "src/docs.css",
  },
  absWorkingDir: new URL(".", import.meta.url).pathname,
  outdir: dist,
  entryNames: "[name]-[hash]",
  bundle: true,
  minify: true,
  format: "esm",
  target: ["es2022"],
  metafile: true,
  logLevel: "warning",
});
const manifest = {};
for (const [file, made] of Object.entries(result.metafile.outputs)) {
  if (made.entryPoint) {
    const extension = made.entryPoint.endsWith(".css") ? "css" : "js";
    const [name] = basename(file).split("-");
    manifest[`${name}.${extension}`] = basename(file);
  }
}
await writeFile(`${dist}manifest.json`, JSON.stringify(manifest));
