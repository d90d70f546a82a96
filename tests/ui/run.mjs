// Runs a TypeScript program of this folder: `node run.mjs perf/bench.ts --json`.
import { fileURLToPath } from "node:url";
import { runnerImport } from "vite";

const [program] = process.argv.slice(2);
const here = fileURLToPath(new URL(".", import.meta.url));
const config = { root: here, configFile: false, logLevel: "error" };
const { module } = await runnerImport(new URL(program, import.meta.url).pathname, config);
await module.main?.(process.argv.slice(3));
