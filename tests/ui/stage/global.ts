// Before all tests: the build, the server, one browser. After them: none of it is left.
import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { launch } from "./browser";
import { build } from "./build";
import { out } from "./places";
import { serve } from "./serve";

declare module "vitest" {
  export interface ProvidedContext {
    origin: string;
    browser: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  build();
  rmSync(out, { recursive: true, force: true });
  const served = await serve();
  const browser = await launch();
  project.provide("origin", served.origin);
  project.provide("browser", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await served.close();
  };
}
