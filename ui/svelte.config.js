// Tells the editor and the checker how Svelte files are read.
import { vitePreprocess } from "@sveltejs/vite-plugin-svelte";

export default { preprocess: vitePreprocess({ script: false }), compilerOptions: { runes: true } };
