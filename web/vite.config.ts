import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `npm run dev` speaks to the hub at TOCSIN_HUB; with TOCSIN_TOKEN every request is made with that
// token, so that a page can be worked on without signing in.
const hub = process.env.TOCSIN_HUB ?? "http://127.0.0.1:8080";
const token = process.env.TOCSIN_TOKEN;

const proxy = {
  "/api": { target: hub, headers: token ? { Authorization: `Bearer ${token}` } : {} },
};

export default defineConfig({
  base: "/console/",
  plugins: [react()],
  build: {
    target: "es2022",
    // The content security policy has no data: scripts or styles; assets stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
    chunkSizeWarningLimit: 1500,
  },
  server: { proxy },
  preview: { proxy },
  test: { environment: "jsdom" },
});
