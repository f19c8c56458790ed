import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";
import { ICONS } from "./frontend/icons.ts";

const here = (path: string) => resolve(import.meta.dirname, path);

/** Writes icons.json ({name: inner SVG}) beside the scripts: the template tag {% icon %} draws from it. */
function icons(): Plugin {
  return {
    name: "cddp-icons",
    generateBundle() {
      const drawn = ICONS.map((name) => {
        const svg = readFileSync(here(`node_modules/lucide-static/icons/${name}.svg`), "utf8");
        const inner = svg.replace(/<!--.*?-->/gs, "").replace(/^[\s\S]*?<svg[^>]*>|<\/svg>[\s\S]*$/g, "");
        return [name, inner.replace(/\s+/g, " ").replace(/> </g, "><").trim()];
      });
      this.emitFile({ type: "asset", fileName: "icons.json", source: JSON.stringify(Object.fromEntries(drawn)) });
    },
  };
}

/**
 * Parts of ECharts that our charts never reach, yet which its core imports by name: HTML tooltips (our policy forbids
 * their inline styles), options of versions 2–4, time and log scales,
 * data transforms, patterns on areas, its own words for screen readers (we give a table), thinning of points. Empty files in their place save 20 kB on the road.
 */
function leaveOut(): Plugin {
  const empty: Record<string, string> = {
    "tooltip/TooltipHTMLContent.js": "export default class { constructor() { throw new Error('renderMode: richText only'); } }",
    "preprocessor/backwardCompat.js": "export default function () {}",
    "scale/Time.js": "export default class { static type = 'time' }; export const calcNiceForTimeScale = () => {}",
    "scale/Log.js": "export default class { static type = 'log' }",
    "helper/transform.js": "export class ExternalSource {}; export const registerExternalTransform = () => {}; export const applyDataTransform = () => []",
    "theme/dark.js": "export default {}",
    "i18n/langZH.js": "export default {}",
    "loading/default.js": "export default function () {}",
    "visual/aria.js": "export const ariaVisualStageHandler = { overallReset() {} }",
    "processor/dataSample.js": "export default function (seriesType) { return { seriesType } }",
    "util/decal.js": "export function createOrUpdatePatternFromDecal() {}",
  };
  return {
    name: "cddp-leave-out",
    enforce: "pre",
    load(id) {
      const part = Object.keys(empty).find((name) => id.includes("/echarts/lib/") && id.split("?")[0]?.endsWith(name));
      return part ? empty[part] : null;
    },
  };
}

const entries: Record<string, string> = {
  shell: here("frontend/src/shell.ts"),
  chart: here("frontend/src/chart/city-chart.ts"),
  print: here("frontend/src/print.ts"),
};
// The map is another hand's work: the build must not wait for it.
if (existsSync(here("frontend/src/map/map.ts"))) entries.map = here("frontend/src/map/map.ts");

export default defineConfig({
  root: here("frontend"),
  base: "./", // chunks find each other relative to themselves, so the static address may be anything
  publicDir: false,
  plugins: [icons(), leaveOut()],
  css: { transformer: "lightningcss" },
  build: {
    outDir: here("src/cddp/foundation/ui/static/ui"),
    emptyOutDir: true,
    target: ["chrome111", "firefox114", "safari16.4"],
    manifest: "manifest.json", // not .vite/: collectstatic leaves dot folders behind
    assetsInlineLimit: 0, // CSP forbids data: fonts
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: entries,
      output: {
        entryFileNames: "[name]-[hash].js",
        chunkFileNames: "chunks/[name]-[hash].js",
        assetFileNames: "assets/[name]-[hash][extname]",
      },
    },
  },
});
