// Bundles the islands of the candidate, the author and the invigilator (and the editor's formula field, fetched when needed) and gathers fonts and htmx into api/static/dist.
import { build } from "esbuild";
import subsetFont from "subset-font";
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..");
const DIST = join(ROOT, "api/static/dist");
const MODULES = join(ROOT, "node_modules");
const TEXT = "@fontsource/be-vietnam-pro";
const MATH = "@fontsource/stix-two-math";
// The unicode ranges of the two subsets, as the font's own package declares them.
const SUBSETS = {
  vietnamese:
    "U+0102-0103,U+0110-0111,U+0128-0129,U+0168-0169,U+01A0-01A1,U+01AF-01B0,U+0300-0301,U+0303-0304,U+0308-0309,U+0323,U+0329,U+1EA0-1EF9,U+20AB",
  latin:
    "U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD",
};
const WEIGHTS = [400, 500, 600, 700];
// What the formulas of schools are written with, a quarter of the font: letters, Greek, italics and bold,
// arrows, operators, brackets and their pieces. A rarer sign fetches the whole font.
const MATH_CORE =
  "U+0020-007E,U+00A0-00FF,U+0370-03FF,U+2000-209F,U+20D0-20E0,U+2100-214F,U+2190-22FF,U+2308-230B,U+239B-23B3,U+25A0-25FF,U+27E8-27EF,U+1D400-1D467,U+1D6E2-1D71B";

async function fonts() {
  const folder = join(DIST, "fonts");
  await mkdir(folder, { recursive: true });
  const faces = [];
  for (const weight of WEIGHTS) {
    for (const [subset, range] of Object.entries(SUBSETS)) {
      const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
      await copyFile(join(MODULES, TEXT, "files", name), join(folder, name));
      faces.push(face("Be Vietnam Pro", weight, name, `unicode-range:${range};`));
    }
  }
  faces.push(...(await mathFaces(folder)));
  await writeFile(join(folder, "fonts.css"), faces.join("\n") + "\n");
}

// Of two faces that hold a sign the one declared last is asked: the core, with the table of formulas.
async function mathFaces(folder) {
  const whole = "stix-two-math-latin-400-normal.woff2";
  const core = "stix-two-math-core-400-normal.woff2";
  const source = join(MODULES, MATH, "files", whole);
  await copyFile(source, join(folder, whole));
  await writeFile(join(folder, core), await subsetFont(await readFile(source), charactersOf(MATH_CORE), { targetFormat: "woff2" }));
  return [face("STIX Two Math", 400, whole, ""), face("STIX Two Math", 400, core, `unicode-range:${MATH_CORE};`)];
}

function charactersOf(ranges) {
  return ranges
    .split(",")
    .flatMap((range) => {
      const [from, to] = range.slice(2).split("-").map((code) => parseInt(code, 16));
      return Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at));
    })
    .join("");
}

// Whatever is text is packed once here, so that forty machines that start together cost no work.
async function packed() {
  for (const name of await readdir(DIST, { recursive: true })) {
    if (!/\.(js|css)$/.test(name)) continue;
    const path = join(DIST, name);
    await writeFile(`${path}.gz`, gzipSync(await readFile(path), { level: 9 }));
  }
}

function face(family, weight, file, range) {
  return `@font-face{font-family:"${family}";font-style:normal;font-weight:${weight};font-display:swap;src:url("${file}") format("woff2");${range}}`;
}

async function islands() {
  const entries = { player: "web/player/main.ts", practice: "web/player/practice/main.ts", editor: "web/editor/main.ts", readiness: "web/readiness/main.ts", console: "web/console/main.ts" };
  if (existsSync(join(MODULES, "mathlive"))) entries["visual-formulas"] = "web/editor/visual-formulas.ts";
  const entryPoints = Object.fromEntries(
    Object.entries(entries).filter(([, file]) => existsSync(join(ROOT, file))).map(([name, file]) => [name, join(ROOT, file)]),
  );
  await build({
    entryPoints,
    outdir: DIST,
    bundle: true,
    minify: true,
    format: "iife",
    target: ["chrome109", "firefox115"],
    legalComments: "linked",
    logLevel: "warning",
  });
}

/** Fonts of the visual formula field, which asks for them by their own names. */
async function formulaFonts() {
  const [from, to] = [join(MODULES, "mathlive/fonts"), join(DIST, "formula-fonts")];
  if (!existsSync(from)) return;
  await mkdir(to, { recursive: true });
  await Promise.all((await readdir(from)).filter((name) => name.endsWith(".woff2")).map((name) => copyFile(join(from, name), join(to, name))));
}

async function styles() {
  for (const name of ["player", "item", "editor"]) {
    const source = [join(ROOT, "web/player", `${name}.css`), join(ROOT, "web/editor", `${name}.css`)].find(existsSync);
    if (source) {
      await writeFile(join(DIST, `${name}.css`), await readFile(source));
    }
  }
}

await rm(DIST, { recursive: true, force: true });
await mkdir(DIST, { recursive: true });
await Promise.all([fonts(), formulaFonts(), islands(), styles(), copyFile(join(MODULES, "htmx.org/dist/htmx.min.js"), join(DIST, "htmx.js"))]);
await packed();
