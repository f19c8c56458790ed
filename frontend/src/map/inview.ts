/** The rows in view as a list of buttons: the map for those who read or use keys rather than point. */
import type { Canvas } from "./canvas";
import { make } from "./dom";
import type { Found } from "./pick";
import { tell } from "./words";

const MOST = 100;

export class InView {
  constructor(
    private readonly canvas: Canvas,
    private readonly details: HTMLDetailsElement,
    private readonly list: HTMLElement,
    private readonly pick: (found: Found) => void,
  ) {
    details.addEventListener("toggle", () => this.refresh());
    canvas.map.on("idle", () => this.refresh());
  }

  refresh(): void {
    if (!this.details.open || this.list.contains(document.activeElement)) return;
    const { config, view } = this.canvas;
    const parts = config.layers
      .filter((layer) => layer.geometry === "point" && view.visible.has(layer.key))
      .flatMap((layer) => this.ofLayer(layer.key, layer.label, layer.properties));
    this.list.replaceChildren(...(parts.length ? parts : [make("p", { class: "soft", text: tell("nothingInView") })]));
  }

  private ofLayer(key: string, label: string, properties: string[]): HTMLElement[] {
    const { map } = this.canvas;
    const has = (id: string) => Boolean(map.getLayer(id));
    if (has(`${key}:counts`) && map.queryRenderedFeatures({ layers: [`${key}:counts`] }).length)
      return [make("p", { class: "soft", text: tell("zoomForRows", label) })];
    if (!has(`${key}:rows`)) return [];
    const rows = new Map<string, string>();
    for (const each of map.queryRenderedFeatures({ layers: [`${key}:rows`] }))
      rows.set(String(each.properties.id), properties.map((name) => each.properties[name]).filter(Boolean).join(" "));
    const sorted = [...rows].sort((a, b) => a[1].localeCompare(b[1], "th", { numeric: true }));
    const buttons = sorted.slice(0, MOST).map(([id, words]) => {
      const each = make("button", { class: "drop-item", type: "button", text: words || label });
      each.addEventListener("click", () => this.pick({ layer: key, id }));
      return make("li", {}, each);
    });
    if (!buttons.length) return [];
    const heading = make("h3", { text: `${label} · ${tell("countOfLayer", rows.size)}` });
    const note = sorted.length > MOST ? make("p", { class: "soft", text: tell("firstOnly", MOST) }) : null;
    return [heading, make("ul", { class: "map-inview-rows" }, ...buttons), ...(note ? [note] : [])];
  }
}
