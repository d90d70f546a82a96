// Builds the page: index.html is shipped, gallery.html only exists in the mode "test".
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { svelteTesting } from "@testing-library/svelte/vite";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** `icon.svg?path` becomes its path data: an icon is drawn, never fetched. */
function svgPath(): Plugin {
  const suffix = ".svg?path";
  return {
    name: "svg-path",
    enforce: "pre",
    load(id) {
      if (!id.endsWith(suffix)) return null;
      const source = readFileSync(id.slice(0, -"?path".length), "utf8");
      const paths = [...source.matchAll(/<path[^>]*\sd="([^"]+)"/g)].map((found) => found[1] ?? "");
      if (paths.length === 0) throw new Error(`${id} has no path`);
      // A small m is absolute where a path begins, and would not be where it follows another.
      if (paths.slice(1).some((path) => path.startsWith("m"))) throw new Error(`${id} cannot be drawn as one path`);
      return `export default ${JSON.stringify(paths.join(""))};`;
    },
  };
}

export default defineConfig(({ mode }) => ({
  plugins: [svgPath(), svelte(), svelteTesting()],
  // The shell serves the files from its own origin, whatever the folder.
  base: "./",
  resolve: {
    alias: {
      $engine: here("../crates/engine/bindings/engine.ts"),
      $fixtures: here("../crates/engine/fixtures"),
    },
  },
  build: {
    target: "es2022",
    outDir: mode === "test" ? "dist-test" : "dist",
    emptyOutDir: true,
    // The content policy knows no data: addresses and no scripts in the page itself.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: mode === "test" ? { index: here("index.html"), gallery: here("gallery.html") } : { index: here("index.html") },
    },
  },
  preview: { port: 4173, strictPort: true },
  server: { port: 5173, strictPort: true, fs: { allow: [here("..")] } },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts"],
    env: { TZ: "Europe/Berlin" },
  },
}));
