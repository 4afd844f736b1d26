import { resolve } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// What is built is what people get, whoever builds it: under a test runner's NODE_ENV the pages would get React's development build.
if (process.argv.includes("build")) process.env.NODE_ENV = "production";

/** Builds the pages into `dist/`: no inlined asset and no inlined script, so that a strict Content-Security-Policy holds. */
export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  build: {
    outDir: resolve(import.meta.dirname, "dist"),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    target: "es2023",
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  server: { proxy: { "/api": "http://127.0.0.1:4400" } },
});
