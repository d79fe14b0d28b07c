// Builds the four pages into bot/static/<page>/ with hashed names, so that they can be cached for ever, and the one
// script that other sites load, bot/static/embed/embed.js.
//   node build.mjs [page…]            once (all pages, or those named), and print what a browser will download
//   node build.mjs --watch [page…]    again at every change
import { mkdirSync, existsSync, readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "bot", "static");

const PAGES = {
  chat: { jsxImportSource: "preact", budgetKiB: 25 },
  simulator: { jsxImportSource: "preact" },
  desk: { jsxImportSource: "react" },
  studio: { jsxImportSource: "react" },
};
const EMBED = { name: "embed", budgetKiB: 5 };
const ENTRY_TAG = /<script type="module" src="\.\/main\.tsx"><\/script>/;

const kib = (bytes) => Math.round((gzipSync(bytes, { level: 9 }).length / 1024) * 10) / 10;

async function buildPage(name, { jsxImportSource, budgetKiB }) {
  const source = join(here, "src", name);
  if (!existsSync(join(source, "main.tsx"))) return;
  const result = await build({
    entryPoints: [join(source, "main.tsx")],
    outdir: join(out, name),
    absWorkingDir: here,
    bundle: true,
    splitting: true,
    format: "esm",
    target: ["es2022", "safari16"],
    jsx: "automatic",
    jsxImportSource,
    minify: true,
    legalComments: "none",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".svg": "dataurl" },
    entryNames: "[name]-[hash]",
    chunkNames: "chunk-[hash]",
    metafile: true,
    write: false,
  });
  const [entry] = Object.entries(result.metafile.outputs).filter(([, file]) => file.entryPoint?.endsWith("main.tsx"));
  const address = (path) => `/static/${name}/${basename(path)}`;
  const html = readFileSync(join(source, "index.html"), "utf8");
  if (!ENTRY_TAG.test(html)) throw new Error(`${name}/index.html has no <script type="module" src="./main.tsx">`);
  const styles = entry[1].cssBundle ? `<link rel="stylesheet" href="${address(entry[1].cssBundle)}">\n    ` : "";
  const page = html.replace(ENTRY_TAG, `${styles}<script type="module" src="${address(entry[0])}"></script>`);

  // Written only now: a build that fails leaves the last good page in place.
  rmSync(join(out, name), { recursive: true, force: true });
  mkdirSync(join(out, name), { recursive: true });
  for (const file of result.outputFiles) writeFileSync(file.path, file.contents);
  writeFileSync(join(out, name, "index.html"), page);

  const size = (ending) =>
    result.outputFiles.filter((file) => file.path.endsWith(ending)).reduce((sum, file) => sum + kib(file.contents), 0);
  const [js, css] = [size(".js"), size(".css")];
  console.log(`${name.padEnd(10)} js ${js.toFixed(1)} KiB gz   css ${css.toFixed(1)} KiB gz`);
  if (budgetKiB && js > budgetKiB) throw new Error(`${js} KiB of script is over the budget of ${budgetKiB}`);
}

/** A style sheet as a text in the script: it is made where no page's style sheet may reach. */
const styleAsText = {
  name: "style-as-text",
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    }),
};

async function buildEmbed({ name, budgetKiB }) {
  const { outputFiles } = await build({
    entryPoints: [join(here, "src", name, "main.ts")],
    outfile: join(out, name, "embed.js"),
    bundle: true,
    format: "iife",
    target: ["es2022", "safari16"],
    minify: true,
    legalComments: "none",
    plugins: [styleAsText],
    write: false,
  });
  const [script] = outputFiles;
  const js = kib(script.contents);
  if (js > budgetKiB) throw new Error(`${js} KiB of script is over the budget of ${budgetKiB}`);
  mkdirSync(dirname(script.path), { recursive: true });
  writeFileSync(script.path, script.contents);
  console.log(`${name.padEnd(10)} js ${js.toFixed(1)} KiB gz`);
}

/** Whether every page could be built; one that cannot does not keep the others from it. */
async function buildAll(names) {
  let well = true;
  const steps = Object.entries(PAGES).map(([name, settings]) => [name, () => buildPage(name, settings)]);
  for (const [name, step] of [...steps, [EMBED.name, () => buildEmbed(EMBED)]]) {
    if (names.length && !names.includes(name)) continue;
    try {
      await step();
    } catch (error) {
      console.error(`${name}: ${error.message}`);
      well = false;
    }
  }
  return well;
}

const names = process.argv.slice(2).filter((word) => word !== "--watch");
const well = await buildAll(names);
if (process.argv.includes("--watch")) {
  let timer;
  watch(join(here, "src"), { recursive: true }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => buildAll(names), 100);
  });
} else if (!well) {
  process.exit(1);
}
