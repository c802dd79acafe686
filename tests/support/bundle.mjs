// Bundle a script with its packages: node bundle.mjs MODULES ENTRY PLATFORM OUT.
import { createRequire } from "node:module";

const [modules, entry, platform, outfile] = process.argv.slice(2);
const { buildSync } = createRequire(`${modules}/`)("esbuild");
buildSync({
  entryPoints: [entry],
  outfile,
  platform,
  bundle: true,
  format: platform === "node" ? "cjs" : "iife",
  nodePaths: [modules],
  logLevel: "warning",
});
console.log(JSON.stringify(outfile));
