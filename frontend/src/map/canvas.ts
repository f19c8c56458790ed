/** The drawing surface shared by all kinds of map: MapLibre set up for our tiles, our words and our policy. */
import { Map as LibreMap, setWorkerUrl, type StyleSpecification } from "maplibre-gl";
import workerUrl from "maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url";
import type { LegendEntry, MapConfig } from "./config";
import { readPalette } from "./palette";
import { styleOf } from "./style";
import type { View } from "./view";
import { tell } from "./words";

setWorkerUrl(new URL(workerUrl, import.meta.url).href);

export interface CanvasSettings {
  container: HTMLElement;
  config: MapConfig;
  view: View;
  centre?: [number, number];
  zoom?: number;
  hash?: boolean;
  forPaper?: boolean;
  name?: string;
  /** Pixels that something covers at the left. */
  covered?: number;
}

const THAILAND: [number, number, number, number] = [97.3, 5.6, 105.7, 20.5];

export class Canvas {
  readonly map: LibreMap;
  readonly config: MapConfig;
  readonly view: View;
  legends: Record<string, LegendEntry[]> = {};
  private base: StyleSpecification | null = null;

  /** Throws when the browser has no WebGL. */
  constructor(private readonly settings: CanvasSettings) {
    this.config = settings.config;
    this.view = settings.view;
    const bounds = settings.config.town.bounds ?? THAILAND;
    const placed = settings.centre ? { center: settings.centre, zoom: settings.zoom ?? 16 } : { bounds, fitBoundsOptions: { padding: { top: 28, bottom: 28, right: 28, left: 28 + (settings.covered ?? 0) } } };
    this.map = new LibreMap({
      container: settings.container,
      style: this.style(),
      ...placed,
      hash: settings.hash ?? false,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      maxZoom: 20.5,
      minZoom: 4,
      fadeDuration: 0,
      pixelRatio: settings.forPaper ? 2 : undefined,
      canvasContextAttributes: { antialias: true, preserveDrawingBuffer: settings.forPaper ?? false },
      locale: { "Map.Title": settings.name ?? tell("mapName") },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.getCanvas().setAttribute("aria-label", settings.name ?? tell("mapName"));
    this.followTheme();
    void this.loadBase();
  }

  private style(): StyleSpecification {
    const { config, view, container } = this.settings;
    return styleOf({ layers: config.layers, view, palette: readPalette(container), legends: this.legends, base: this.base, config });
  }

  /** Draw what the view says now. What was drawn by hand stays. */
  refresh(): void {
    this.map.setStyle(this.style(), {
      diff: true,
      transformStyle: (before, after) => {
        const drawn = before?.sources.drawn;
        return drawn ? { ...after, sources: { ...after.sources, drawn } } : after;
      },
    });
  }

  /** Fetch the tiles again after something was written; unchanged ones cost a 304. */
  reload(layer?: string): void {
    for (const each of this.config.layers)
      if (this.view.visible.has(each.key) && (!layer || layer === each.key) && this.map.getSource(each.key)) this.map.refreshTiles(each.key);
  }

  remove(): void {
    this.stop.abort();
    this.map.remove();
  }

  private readonly stop = new AbortController();

  private followTheme(): void {
    const again = () => requestAnimationFrame(() => this.refresh());
    const { signal } = this.stop;
    document.addEventListener("theme-change", again, { signal });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again, { signal });
  }

  private async loadBase(): Promise<void> {
    if (!this.config.baseMapStyle) return;
    try {
      this.base = (await (await fetch(this.config.baseMapStyle)).json()) as StyleSpecification;
      this.refresh();
    } catch {
      // The town's own outline stands by itself: no screen depends on an outside server.
    }
  }
}
