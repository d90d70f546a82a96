// How the browser tests run: one browser, one server, two workers that open pages in it.
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    alias: { $engine: fileURLToPath(new URL("../../crates/engine/bindings/engine.ts", import.meta.url)) },
  },
  test: {
    include: ["**/*.test.ts"],
    exclude: ["node_modules/**", "site/**", "out/**"],
    globalSetup: ["stage/global.ts"],
    maxWorkers: 2,
    // A page on a busy machine; nothing waits that long unless something is wrong.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
