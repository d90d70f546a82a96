// Builds ui's pages into a folder of their own, where they are missing or older than what they are made of.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { bindings, fixtures, messages, site, ui } from "./places";

export function build(): void {
  if (!existsSync(join(ui, "node_modules"))) throw new Error("ui/ has no packages: run `npm ci` in ui/");
  const built = newest([join(site, "gallery.html")]);
  const sources = ["src", "index.html", "gallery.html", "vite.config.ts", "package.json"].map((path) => join(ui, path));
  if (built > newest([...sources, messages, fixtures, bindings])) return;
  // A folder of its own, put in place when it is whole: somebody may build or look at the same time.
  const next = `${site}-${process.pid}`;
  const builds = [
    ["run", "--silent", "build:test", "--", "--outDir", next, "--emptyOutDir", "--logLevel", "warn"],
    // What is shipped lies beside it.
    ["run", "--silent", "build", "--", "--outDir", join(next, "shipped"), "--logLevel", "warn"],
  ];
  // A build is no test: told of one, Svelte would make pages for a server.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name !== "NODE_ENV" && !name.startsWith("VITEST")));
  for (const words of builds) execFileSync("npm", words, { cwd: ui, stdio: ["ignore", "inherit", "inherit"], env });
  rmSync(site, { recursive: true, force: true });
  renameSync(next, site);
}

/** The time of the youngest file at or below these paths; 0 where there is none. */
function newest(paths: string[]): number {
  return Math.max(0, ...paths.map((path) => (existsSync(path) ? newestAt(path) : 0)));
}

function newestAt(path: string): number {
  const seen = statSync(path);
  if (!seen.isDirectory()) return seen.mtimeMs;
  // What the build writes itself says nothing about its sources.
  const entries = readdirSync(path).filter((name) => name !== "paraglide");
  return newest(entries.map((name) => join(path, name)));
}
