/** Small maps inside other pages: one that shows a place, one that chooses a point for a form. */
import { type GeoJSONSource, LngLatBounds, Marker } from "maplibre-gl";
import { Canvas } from "./canvas";
import type { MapConfig } from "./config";
import { button, make } from "./dom";
import { AreaLabels } from "./labels";
import { showLines } from "./lines";
import { scaleBar } from "./scale";
import { DRAWN } from "./style";
import { readable, View } from "./view";
import { tell } from "./words";

export function canvasIn(host: HTMLElement, config: MapConfig, name?: string): Canvas {
  const container = make("div", { class: "map-canvas" });
  host.append(container);
  const { centreLng, centreLat, zoom, highlightLayer, highlightId } = host.dataset;
  const view = new View(config.layers, new URLSearchParams(), host.dataset.layers);
  view.visible.add("town"); // the sheet that all else lies on
  if (highlightLayer && highlightId) {
    view.picked = { layer: highlightLayer, id: highlightId };
    view.visible.add(highlightLayer);
  }
  const centre: [number, number] | undefined = centreLng && centreLat ? [Number(centreLng), Number(centreLat)] : undefined;
  // Outlines alone say nothing from near by.
  const usual = config.isOpen && !config.baseMapStyle ? 13.5 : 17;
  const canvas = new Canvas({ container, config, view, name, ...(centre ? { centre, zoom: Number(zoom ?? usual) } : {}) });
  if (!config.isOpen) canvas.map.once("load", () => void new AreaLabels(canvas.map, config.layers, view).show());
  const zoomBy = (words: "zoomIn" | "zoomOut", sign: string) => {
    const each = button(sign, "map-tool", () => (words === "zoomIn" ? canvas.map.zoomIn() : canvas.map.zoomOut()));
    each.setAttribute("aria-label", tell(words));
    return each;
  };
  host.append(make("div", { class: "map-tools" }, make("div", { class: "map-tool-group" }, zoomBy("zoomIn", "+"), zoomBy("zoomOut", "−"))));
  host.append(make("div", { class: "map-foot" }, scaleBar(canvas.map, 80)));
  return canvas;
}

export function embed(host: HTMLElement, config: MapConfig): Canvas {
  const canvas = canvasIn(host, config);
  const { map, view } = canvas;
  map.scrollZoom.disable(); // the page scrolls under it
  if (host.dataset.centreLng && host.dataset.highlightId) {
    const { lng, lat } = map.getCenter();
    new Marker({ element: pin(), anchor: "bottom" }).setLngLat([lng, lat]).addTo(map);
  }
  if (host.dataset.pins) letterPins(canvas, host.dataset.pins);
  if (host.dataset.shape) showShape(canvas, host.dataset.shape);
  if (host.dataset.lines) void showLines(canvas, host, host.dataset.lines);
  if (config.isOpen) return canvas;
  const link = make("a", { class: "button map-open", text: tell("openMap") });
  const point = () => {
    const { lng, lat } = map.getCenter();
    link.href = `/map/?${readable(view.params(config.layers))}#${map.getZoom().toFixed(2)}/${lat.toFixed(5)}/${lng.toFixed(5)}`;
  };
  map.on("moveend", point);
  point();
  host.append(link);
  return canvas;
}

export function choosePoint(host: HTMLElement, config: MapConfig): Canvas {
  const inputs = new PointInputs(host);
  const start = inputs.read();
  if (start) [host.dataset.centreLng, host.dataset.centreLat] = [String(start[0]), String(start[1])];
  const canvas = canvasIn(host, config, tell("pointName"));
  const { map } = canvas;
  const element = pin();
  const marker = new Marker({ element, anchor: "bottom", draggable: true });
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", tell("pin"));
  const place = (at: [number, number], tellForm = true) => {
    marker.setLngLat(at).addTo(map);
    if (tellForm) inputs.write(at);
  };
  if (start) place(start, false);
  map.on("click", (event) => place([event.lngLat.lng, event.lngLat.lat]));
  marker.on("dragend", () => inputs.write(marker.getLngLat().toArray()));
  const middle = () => place(map.getCenter().toArray());
  map.getCanvas().addEventListener("keydown", (event) => event.key === "Enter" && middle());
  host.append(button(tell("chooseHere"), "button map-open", middle));
  inputs.onTyped((at) => {
    place(at, false);
    map.easeTo({ center: at });
  });
  return canvas;
}

/** data-pins="lng,lat;lng,lat": two places to compare, lettered as the page letters them, both in sight. */
function letterPins(canvas: Canvas, written: string): void {
  const bounds = new LngLatBounds();
  for (const [place, pair] of written.split(";").entries()) {
    const [lng, lat] = pair.split(",").map(Number);
    if (lng === undefined || lat === undefined) continue;
    const element = pin();
    element.append(make("span", { class: "map-pin-letter", text: [..."กขคงจฉชซ"][place] ?? "" }));
    new Marker({ element, anchor: "bottom" }).setLngLat([lng, lat]).addTo(canvas.map);
    bounds.extend([lng, lat]);
  }
  canvas.map.once("load", () => canvas.map.fitBounds(bounds, { padding: 60, maxZoom: 17, animate: false }));
}

/** data-shape: the stretch of road or the area itself, which tiles show only as a mark. */
function showShape(canvas: Canvas, written: string): void {
  const geometry = JSON.parse(written) as GeoJSON.Point | GeoJSON.LineString | GeoJSON.Polygon;
  if (geometry.type === "Point") return;
  const corners = geometry.type === "LineString" ? geometry.coordinates : geometry.coordinates.flat();
  const bounds = new LngLatBounds();
  for (const corner of corners) bounds.extend(corner as [number, number]);
  canvas.map.once("load", () => {
    (canvas.map.getSource(DRAWN) as GeoJSONSource | undefined)?.setData({ type: "Feature", properties: {}, geometry });
    canvas.map.fitBounds(bounds, { padding: 40, maxZoom: 17, animate: false });
  });
}

function pin(): HTMLElement {
  return make("span", { class: "map-pin" });
}

/** The form's fields: two numbers, or one text "lat,lng". Typed values move the pin; the pin writes values. */
class PointInputs {
  private readonly lat: HTMLInputElement | null;
  private readonly lng: HTMLInputElement | null;
  private readonly both: HTMLInputElement | null;

  constructor(host: HTMLElement) {
    const input = (id: string | undefined) => (id ? (document.getElementById(id) as HTMLInputElement | null) : null);
    this.lat = input(host.dataset.inputLat);
    this.lng = input(host.dataset.inputLng);
    this.both = input(host.dataset.input);
  }

  read(): [number, number] | null {
    const [lat, lng] = this.both ? this.both.value.split(",") : [this.lat?.value, this.lng?.value];
    if (!lat?.trim() || !lng?.trim() || !Number.isFinite(Number(lat)) || !Number.isFinite(Number(lng))) return null;
    return Math.abs(Number(lat)) <= 85 && Math.abs(Number(lng)) <= 180 ? [Number(lng), Number(lat)] : null;
  }

  write([lng, lat]: number[]): void {
    const values: [HTMLInputElement | null, string][] = [
      [this.lat, (lat ?? 0).toFixed(6)],
      [this.lng, (lng ?? 0).toFixed(6)],
      [this.both, `${(lat ?? 0).toFixed(6)},${(lng ?? 0).toFixed(6)}`],
    ];
    for (const [input, value] of values) {
      if (!input) continue;
      input.value = value;
      input.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "map" }));
      input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "map" }));
    }
  }

  onTyped(moved: (at: [number, number]) => void): void {
    for (const input of [this.lat, this.lng, this.both])
      input?.addEventListener("change", (event) => {
        const at = this.read();
        if (at && (event as CustomEvent).detail !== "map") moved(at);
      });
  }
}
