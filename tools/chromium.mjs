// Unpacks the Chromium of the npm package into .cache/chromium, once, and prints how to start it:
// {"executable": …, "args": […], "env": {…}}. For the browser tests, where the system has none.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const CACHE = join(dirname(fileURLToPath(import.meta.url)), "../.cache");
const HOME = join(CACHE, "chromium");
// Left out: what would hide faults of ours (web security off), what Playwright sets itself, and one
// process for everything, in which closing a context can end the browser.
const UNWANTED =
  /^--(disable-web-security|allow-running-insecure-content|headless|single-process|disable-features|enable-features)/;

/** The package unpacks to the folder for temporary files: give it one of ours, then name it at once. */
async function unpack() {
  const folder = `${HOME}.${process.pid}`;
  await mkdir(folder, { recursive: true });
  process.env.TMPDIR = folder;
  process.env.AWS_EXECUTION_ENV = "nodejs22.x"; // has the package unpack its shared libraries too
  const { default: chromium } = await import("@sparticuz/chromium");
  await chmod(await chromium.executablePath(), 0o755);
  await rename(folder, HOME).catch(async (error) => {
    await rm(folder, { recursive: true, force: true });
    if (!existsSync(join(HOME, "chromium"))) throw error;
  });
}

/** Its own libraries and fonts are used only where the system lacks some. */
function environment(executable) {
  const env = {};
  const linked = execFileSync("ldd", [executable], { encoding: "utf8" });
  if (linked.includes("not found")) env.LD_LIBRARY_PATH = join(HOME, "al2023/lib");
  if (!existsSync("/etc/fonts/fonts.conf")) env.FONTCONFIG_PATH = join(HOME, "fonts");
  return env;
}

const executable = join(HOME, "chromium");
if (!existsSync(executable)) await unpack();
const { default: chromium } = await import("@sparticuz/chromium");
const args = chromium.args.filter((flag) => !UNWANTED.test(flag));
console.log(JSON.stringify({ executable, args, env: environment(executable) }));
