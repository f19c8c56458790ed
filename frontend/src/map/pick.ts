/** Picking: tap a thing, and its box comes from the server with all that the person may know and do. */
import type { Map as LibreMap, MapGeoJSONFeature, PointLike } from "maplibre-gl";
import type { Canvas } from "./canvas";
import { button, make } from "./dom";
import { tell } from "./words";

export interface Found {
  layer: string;
  id: string;
}

export class Picker {
  private found: Found[] = [];
  private place = 0;
  private asked = 0;

  constructor(
    private readonly canvas: Canvas,
    private readonly box: HTMLElement,
    private readonly changed: () => void,
  ) {
    box.addEventListener("click", (event) => {
      if ((event.target as Element).closest("[data-map-box-close]")) this.close();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    // A fact or a point was written in the box: the picture may be another now.
    box.addEventListener("htmx:afterRequest", (event) => {
      const { successful, requestConfig } = (event as CustomEvent).detail as { successful: boolean; requestConfig: { verb: string } };
      if (successful && requestConfig.verb !== "get") setTimeout(() => this.wrote(), 1100); // versions are known for a second
    });
  }

  at(point: { x: number; y: number }, reach: number): boolean {
    const { map } = this.canvas;
    const around: [PointLike, PointLike] = [
      [point.x - reach, point.y - reach],
      [point.x + reach, point.y + reach],
    ];
    const hits = map.queryRenderedFeatures(around).filter((each) => each.sourceLayer === "rows" || each.sourceLayer === "counts");
    const counts = hits.find((each) => each.sourceLayer === "counts");
    const points = unique(hits.filter((each) => each.sourceLayer === "rows" && each.geometry.type.endsWith("Point")), map, point);
    // A line is as thin as a point is small: both are meant by a tap near by, an area only by one inside.
    const lines = hits.filter((each) => each.sourceLayer === "rows" && each.geometry.type.endsWith("LineString"));
    const found = points.length ? points : unique([...lines, ...map.queryRenderedFeatures([point.x, point.y]).filter((each) => each.sourceLayer === "rows" && each.source !== "town")], map, point);
    if (!points.length && counts) {
      map.easeTo({ center: map.unproject([point.x, point.y]), zoom: map.getZoom() + 2 });
      return true;
    }
    if (!found.length) return false;
    this.found = found;
    this.place = 0;
    void this.open();
    return true;
  }

  show(found: Found): void {
    this.found = [found];
    this.place = 0;
    void this.open();
  }

  close(): void {
    this.box.hidden = true;
    this.box.replaceChildren();
    this.canvas.view.picked = null;
    this.canvas.refresh();
    this.changed();
    this.canvas.map.getCanvas().focus({ preventScroll: true });
  }

  private async open(): Promise<void> {
    const found = this.found[this.place];
    if (!found) return;
    const turn = ++this.asked;
    this.canvas.view.picked = found;
    this.canvas.refresh();
    this.changed();
    this.box.hidden = false;
    this.box.replaceChildren(make("p", { class: "map-box-wait", text: tell("picking") }));
    const answer = await fetch(`/map/pick/${found.layer}/${found.id}/`, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (turn !== this.asked) return;
    if (!answer?.ok) {
      this.box.replaceChildren(make("p", { text: tell("gone") }), button(tell("close"), "button", () => this.close()));
      return;
    }
    // Our own server's fragment, escaped by its templates; scripts in it would not run.
    this.box.innerHTML = await answer.text();
    if (this.found.length > 1) this.box.prepend(this.pager());
    window.htmx?.process(this.box);
    this.box.focus({ preventScroll: true });
    this.uncover(found);
  }

  /** On a phone the box covers the lower half: move the picked thing above it. */
  private uncover(found: Found): void {
    const { map } = this.canvas;
    if (!map.getSource(found.layer)) return;
    const [feature] = map.querySourceFeatures(found.layer, { sourceLayer: "rows", filter: ["==", ["get", "id"], found.id] });
    if (feature?.geometry.type !== "Point") return;
    const at = map.project(feature.geometry.coordinates as [number, number]);
    const frame = map.getContainer().getBoundingClientRect();
    const box = this.box.getBoundingClientRect();
    const [x, y] = [frame.left + at.x, frame.top + at.y];
    if (x < box.left - 20 || x > box.right + 20 || y < box.top - 20 || y > box.bottom + 20) return;
    if (box.width > frame.width * 0.9) map.panBy([0, y - (frame.top + box.top) / 2]);
    else map.panBy([x - (frame.left + box.left) / 2, 0]);
  }

  private pager(): HTMLElement {
    const step = (by: number) => () => {
      this.place = (this.place + by + this.found.length) % this.found.length;
      void this.open();
    };
    const where = make("span", { class: "soft", text: tell("oneOf", `${this.place + 1} / ${this.found.length}`) });
    return make("div", { class: "map-box-pager" }, button(tell("previous"), "button", step(-1)), where, button(tell("next"), "button", step(1)));
  }

  private wrote(): void {
    this.canvas.reload();
    this.changed();
  }
}

/** One of each row (a row near an edge is in two tiles), the nearest first. */
function unique(features: MapGeoJSONFeature[], map: LibreMap, point: { x: number; y: number }): Found[] {
  const far = (feature: MapGeoJSONFeature) => {
    if (feature.geometry.type !== "Point") return 0;
    const at = map.project(feature.geometry.coordinates as [number, number]);
    return Math.hypot(at.x - point.x, at.y - point.y);
  };
  const found = new Map<string, Found>();
  for (const each of features.sort((a, b) => far(a) - far(b)).slice(0, 30)) {
    const id = String(each.properties.id ?? "");
    // An id that is no UUID (the town's own outline) has no box.
    if (id.length === 36) found.set(`${each.source}:${id}`, { layer: each.source, id });
  }
  return [...found.values()];
}
