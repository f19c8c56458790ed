/** Names on areas as page text: Thai marks stand right, and the browser's own fonts draw them. */
import { Marker, type Map as LibreMap } from "maplibre-gl";
import { ask, type AreaLabel, type Layer } from "./config";
import { make } from "./dom";
import type { View } from "./view";

export class AreaLabels {
  private readonly markers = new Map<string, Marker[]>();

  constructor(
    private readonly map: LibreMap,
    private readonly layers: Layer[],
    private readonly view: View,
  ) {
    map.on("moveend", () => this.avoidEachOther());
  }

  async show(): Promise<void> {
    for (const layer of this.layers.filter((each) => each.hasLabels)) {
      const isShown = this.view.visible.has(layer.key);
      if (isShown && !this.markers.has(layer.key)) await this.load(layer);
      for (const marker of this.markers.get(layer.key) ?? []) marker.getElement().hidden = !isShown;
    }
    this.avoidEachOther();
  }

  private async load(layer: Layer): Promise<void> {
    this.markers.set(layer.key, []);
    const { labels } = await ask<{ labels: AreaLabel[] }>(`/map/labels/${layer.key}/`).catch(() => ({ labels: [] as AreaLabel[] }));
    this.markers.set(
      layer.key,
      labels.map((label) => {
        const element = make("span", { class: "map-label", text: label.name });
        const marker = new Marker({ element }).setLngLat([label.lng, label.lat]).addTo(this.map);
        element.removeAttribute("role");
        element.removeAttribute("aria-label");
        element.removeAttribute("tabindex");
        return marker;
      }),
    );
  }

  /** The first come stays; who would lie on another waits until one zooms in. */
  private avoidEachOther(): void {
    const taken: DOMRect[] = [];
    for (const [layer, markers] of this.markers) {
      if (!this.view.visible.has(layer)) continue;
      for (const marker of markers) {
        const element = marker.getElement();
        element.classList.remove("map-label-waiting");
        const box = element.getBoundingClientRect();
        const collides = taken.some((t) => box.left < t.right + 4 && box.right + 4 > t.left && box.top < t.bottom && box.bottom > t.top);
        element.classList.toggle("map-label-waiting", collides);
        if (!collides) taken.push(box);
      }
    }
  }
}
