// gifenc's functions as properties of its default export, which is how Deno sees it and data/animated_gif.ts takes them.
export * as default from "../node_modules/gifenc/dist/gifenc.esm.js";
