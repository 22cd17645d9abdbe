import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { mockBank } from "./mock/plugin.ts";

const bank = process.env.PERSONAFORGE_URL ?? "http://127.0.0.1:8000";
const paths = ["/auth", "/me", "/threads", "/tickets", "/documents", "/customers", "/stress", "/insights", "/book", "/proposals", "/healthz", "/readyz"];

/** `npm run dev` talks to a running bank; `npm run mock` and `npm run preview` to recorded turns. */
export default defineConfig(({ mode }) => {
  const mock = mode === "mock";
  return {
    plugins: [react(), tailwindcss(), ...(mock ? [mockBank()] : [])],
    server: mock ? {} : { proxy: { ...Object.fromEntries(paths.map((path) => [path, bank])), "/ws": { target: bank, ws: true } } },
    build: {
      outDir: "../server/static",
      emptyOutDir: true,
      target: "es2022",
      // The page's policy allows no data: scripts or styles, and one request more costs less than a cache miss.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node" as const },
  };
});
