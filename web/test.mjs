// Bundles every *.test.ts of the islands and runs them with Node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = mkdtempSync(join(tmpdir(), "khaothi-web-"));

function testsIn(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return testsIn(path);
    return name.endsWith(".test.ts") ? [path] : [];
  });
}

await build({ entryPoints: testsIn(HERE), outdir: OUT, outbase: HERE, bundle: true, platform: "node", format: "esm", outExtension: { ".js": ".mjs" }, logLevel: "warning" });
const found = readdirSync(OUT, { recursive: true }).filter((name) => name.endsWith(".test.mjs")).map((name) => join(OUT, name));
const result = spawnSync(process.execPath, ["--test", ...found], { stdio: "inherit" });
rmSync(OUT, { recursive: true, force: true });
process.exit(result.status ?? 1);
