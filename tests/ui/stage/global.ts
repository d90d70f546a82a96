// Before all tests: the build, the server, one browser. After them: none of it is left.
import type { TestProject } from "vitest/node";
import { launch } from "./browser";
import { build } from "./build";
import { serve } from "./serve";

declare module "vitest" {
  export interface ProvidedContext {
    origin: string;
    browser: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  build();
  const served = await serve();
  const browser = await launch();
  project.provide("origin", served.origin);
  project.provide("browser", browser.wsEndpoint());
  return async () => {
    await browser.close();
    await served.close();
  };
}
