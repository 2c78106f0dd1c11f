// Bundles the page's script, or its unit tests.
//   node build.mjs --output page.js          one minified script, the licences of what is in it at its head
//   node build.mjs --tests FOLDER            the tests of test/ as modules that `node --test` runs
import {build} from "esbuild";
import {readdirSync, readFileSync, writeFileSync} from "node:fs";
import {dirname, join} from "node:path";
import {fileURLToPath} from "node:url";

const here = dirname(fileURLToPath(import.meta.url));

/** The packages of node_modules that a bundle holds something of. */
function packagesOf(outputs) {
  const names = new Set();
  const inputs = Object.values(outputs).flatMap((output) => Object.entries(output.inputs));
  for (const [path] of inputs.filter(([, part]) => part.bytesInOutput > 0)) {
    const inside = path.split("node_modules/").pop();
    if (inside !== path) names.add(inside.split("/").slice(0, inside.startsWith("@") ? 2 : 1).join("/"));
  }
  return [...names].sort();
}

/** Each licence once, under the names of the packages that have it. */
function licences(packages) {
  const byText = new Map();
  for (const name of packages) {
    const folder = join(here, "node_modules", name);
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file ? readFileSync(join(folder, file), "utf8").trim() : JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).license;
    byText.set(text, [...(byText.get(text) ?? []), name]);
  }
  return [...byText].map(([text, names]) => `${names.join(", ")}:\n${text}`).join("\n\n").replaceAll("*/", "* /");
}

async function page(output) {
  const result = await build({
    entryPoints: [join(here, "main.ts")], bundle: true, minify: true, outfile: output, write: false, metafile: true, format: "iife",
    target: "es2020", charset: "utf8", legalComments: "none", absWorkingDir: here,
  });
  writeFileSync(output, `/*\n${licences(packagesOf(result.metafile.outputs))}\n*/\n${result.outputFiles[0].text}`);
}

async function tests(folder) {
  const sources = readdirSync(join(here, "test")).filter((name) => name.endsWith(".test.ts"));
  await build({
    entryPoints: sources.map((name) => join(here, "test", name)), bundle: true, platform: "node", format: "esm", target: "node18",
    outdir: folder, outExtension: {".js": ".mjs"}, absWorkingDir: here,
  });
}

const [option, value] = process.argv.slice(2);
if (option === "--output" && value) await page(value);
else if (option === "--tests" && value) await tests(value);
else {
  console.error("node build.mjs --output FILE | --tests FOLDER");
  process.exit(2);
}
