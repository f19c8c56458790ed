/** The whole map page: panel, tools, picking, selecting, measuring, and the view in the address. */
import { Marker } from "maplibre-gl";
import { Canvas } from "./canvas";
import type { MapConfig } from "./config";
import { make, toast } from "./dom";
import { InView } from "./inview";
import { AreaLabels } from "./labels";
import { LegendPanel } from "./legend";
import { Picker } from "./pick";
import { scaleBar } from "./scale";
import { showInside } from "./select";
import { Sketch, type Shape } from "./sketch";
import { readable, View } from "./view";
import { tell } from "./words";

const PHONE = matchMedia("(max-width: 899px)");

export class FullMap {
  readonly canvas: Canvas;
  private readonly sketch: Sketch;
  private readonly picker: Picker;
  private readonly labels: AreaLabels;
  private readonly legend: LegendPanel | null;
  private here: Marker | null = null;
  private readonly simplified = make("p", { class: "map-simplified badge badge-note", attributes: { role: "status" } });

  constructor(
    private readonly host: HTMLElement,
    config: MapConfig,
  ) {
    const view = new View(config.layers, new URLSearchParams(location.search));
    this.canvas = new Canvas({ container: part(host, "canvas"), config, view, hash: true, covered: this.covered() });
    const { map } = this.canvas;
    const box = part(host, "box");
    this.sketch = new Sketch(this.canvas, host);
    this.picker = new Picker(this.canvas, box, () => this.changed());
    this.labels = new AreaLabels(map, config.layers, view);
    const layers = host.querySelector<HTMLElement>("[data-map-layers]");
    this.legend = layers ? new LegendPanel(this.canvas, layers, () => this.changed()) : null;
    const inView = host.querySelector<HTMLDetailsElement>("[data-map-inview]");
    if (inView) new InView(this.canvas, inView, part(inView, "inview-list"), (found) => this.picker.show(found));
    this.simplified.hidden = true;
    part(host, "foot").append(scaleBar(map), this.simplified, make("p", { class: "map-source", text: config.town.attribution }));
    this.listen();
    map.once("load", () => {
      void this.labels.show();
      if (view.picked) this.picker.show(view.picked);
    });
    // A written fact changes numbers as well as colours.
    box.addEventListener("htmx:afterRequest", () => setTimeout(() => this.legend?.refresh(), 1200));
  }

  private listen(): void {
    const { map } = this.canvas;
    map.on("click", (event) => {
      if (this.sketch.isActive || event.defaultPrevented) return;
      const touch = matchMedia("(pointer: coarse)").matches;
      this.picker.at(event.point, touch ? 16 : 6);
    });
    map.on("mousemove", (event) => {
      if (this.sketch.isActive) return;
      const hits = map.queryRenderedFeatures(event.point).some((each) => each.layer.type === "circle" && each.source !== "drawn");
      map.getCanvas().classList.toggle("map-over", hits);
    });
    this.host.addEventListener("click", (event) => {
      const tool = (event.target as Element).closest<HTMLElement>("[data-map-tool]")?.dataset.mapTool;
      if (tool) this.use(tool);
      if ((event.target as Element).closest("[data-map-panel-toggle]")) this.togglePanel();
    });
    map.on("idle", () => this.tellSimplified());
    if (PHONE.matches) this.togglePanel(false);
  }

  /** A tile that shows counts in place of rows says so, in words. */
  private tellSimplified(): void {
    const { map, config } = this.canvas;
    const counted = config.layers.filter((layer) => {
      const id = `${layer.key}:counts`;
      return map.getLayer(id) && map.queryRenderedFeatures({ layers: [id] }).length;
    });
    this.simplified.hidden = !counted.length;
    const words = counted.length ? tell("zoomForRows", counted.map((layer) => layer.label).join(" ")) : "";
    if (this.simplified.textContent !== words) this.simplified.textContent = words;
  }

  /** How much of the map the open panel hides. */
  private covered(): number {
    const panel = this.host.querySelector<HTMLElement>("[data-map-panel]");
    const isOpen = !this.host.classList.contains("map-panel-closed");
    return panel && isOpen && !PHONE.matches ? panel.offsetWidth + 16 : 0;
  }

  private togglePanel(open?: boolean): void {
    const toggle = this.host.querySelector<HTMLElement>("[data-map-panel-toggle]");
    const isOpen = open ?? toggle?.getAttribute("aria-expanded") !== "true";
    toggle?.setAttribute("aria-expanded", String(isOpen));
    this.host.classList.toggle("map-panel-closed", !isOpen);
  }

  private use(tool: string): void {
    const { map, config } = this.canvas;
    this.host.querySelectorAll<HTMLDetailsElement>("details.map-tool-drop[open]").forEach((each) => (each.open = false));
    if (tool === "zoom-in") map.zoomIn();
    else if (tool === "zoom-out") map.zoomOut();
    else if (tool === "whole" && config.town.bounds) map.fitBounds(config.town.bounds, { padding: { top: 28, bottom: 28, right: 28, left: 28 + this.covered() } });
    else if (tool === "locate") this.locate();
    else if (tool === "print") this.print();
    else if (tool.startsWith("select-")) this.select(tool.slice(7) as Shape);
    else if (tool.startsWith("measure-")) this.sketch.start(tool.slice(8) as Shape, () => {});
  }

  private select(shape: Shape): void {
    if (PHONE.matches) this.togglePanel(false);
    this.sketch.start(shape, (drawing) => {
      const address = this.host.dataset.selectUrl ?? "/map/selection/";
      void showInside(this.canvas, drawing, address, part(this.host, "box"), () => this.sketch.cancel());
    });
  }

  private locate(): void {
    toast(tell("locating"));
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        const { bounds } = this.canvas.config.town;
        const place: [number, number] = [coords.longitude, coords.latitude];
        this.here ??= new Marker({ element: make("span", { class: "map-here" }) }).setLngLat(place).addTo(this.canvas.map);
        this.here.setLngLat(place);
        this.canvas.map.easeTo({ center: place, zoom: Math.max(16, this.canvas.map.getZoom()) });
        if (bounds && (place[0] < bounds[0] || place[0] > bounds[2] || place[1] < bounds[1] || place[1] > bounds[3])) toast(tell("outside"), "warning");
      },
      () => toast(tell("noLocation"), "warning"),
      { enableHighAccuracy: true, timeout: 15_000 },
    );
  }

  private print(): void {
    const { view, config, map } = this.canvas;
    const params = view.params(config.layers);
    params.delete("pick");
    const box = map.getBounds();
    params.set("bounds", [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((each) => each.toFixed(6)).join(","));
    window.open(`${this.host.dataset.printUrl ?? "/map/print/"}?${readable(params)}`, "_blank", "noopener");
  }

  private changed(): void {
    const params = readable(this.canvas.view.params(this.canvas.config.layers));
    history.replaceState(history.state, "", `${location.pathname}?${params}${location.hash}`);
    void this.labels.show();
  }
}

export function part(host: HTMLElement, name: string): HTMLElement {
  const found = host.querySelector<HTMLElement>(`[data-map-${name}]`);
  if (!found) throw new Error(`data-map-${name}`);
  return found;
}
