// Types of what Vite makes of files that are no modules.
/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module "*.svg?path" {
  const path: string;
  export default path;
}
