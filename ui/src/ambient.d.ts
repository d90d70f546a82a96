// Types of what Vite makes of files that are no modules.
/// <reference types="svelte" />
/// <reference types="vite/client" />

declare module "*.svg?paths" {
  const paths: readonly string[];
  export default paths;
}
