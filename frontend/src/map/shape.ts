/** A map on which an officer says where a problem is: a point, a stretch of road, or an area, as GeoJSON in one field. */
import type { Geometry } from "geojson";
import { type GeoJSONSource, LngLatBounds } from "maplibre-gl";
import type { Canvas } from "./canvas";
import type { MapConfig } from "./config";
import { button, make } from "./dom";
import { type Drawing, type Shape, Sketch } from "./sketch";
import { canvasIn } from "./small";
import { DRAWN } from "./style";
import { tell } from "./words";

type Kind = "point" | "line" | "area";
type Place = [number, number];

export function chooseShape(host: HTMLElement, config: MapConfig): Canvas {
  const input = document.getElementById(host.dataset.input ?? "") as HTMLInputElement | null;
  const canvas = canvasIn(host, config, tell("shapeName"));
  const { map } = canvas;
  // What to do is said below: over a small map it would hide the very place.
  const below = make("div", { class: "map-below" });
  host.after(below);
  const sketch = new Sketch(canvas, below);
  const show = () => {
    const drawn = read(input);
    (map.getSource(DRAWN) as GeoJSONSource | undefined)?.setData(drawn ? { type: "Feature", properties: {}, geometry: drawn } : nothing());
    return drawn;
  };
  const write = (geometry: Geometry) => {
    if (!input) return;
    input.value = JSON.stringify(geometry);
    input.dispatchEvent(new CustomEvent("change", { bubbles: true, detail: "map" }));
    show();
  };
  const hint = make("div", { class: "map-hint", text: tell("shapeTap"), attributes: { role: "status" } });
  hint.hidden = true;
  below.append(hint);
  const put = (place: number[]) => {
    hint.hidden = true;
    write({ type: "Point", coordinates: rounded(place) });
  };
  map.on("click", ({ lngLat }) => hint.hidden || put([lngLat.lng, lngLat.lat]));
  map.getCanvas().addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !hint.hidden) put(map.getCenter().toArray());
  });
  const draw = (shape: Shape) => {
    hint.hidden = true;
    sketch.start(shape, (drawing) => {
      sketch.cancel();
      write(geometryOf(drawing));
    });
  };
  const point = () => {
    sketch.cancel();
    show();
    hint.hidden = false;
    map.getCanvas().focus({ preventScroll: true });
  };
  const begin: Record<Kind, () => void> = { point, line: () => draw("line"), area: () => draw("area") };
  const names: Record<Kind, string> = { point: tell("shapePoint"), line: tell("shapeLine"), area: tell("shapeArea") };
  const kinds = (host.dataset.shapes ?? "point line area").split(" ") as Kind[];
  host.append(make("div", { class: "map-shapes cluster" }, ...kinds.map((kind) => button(names[kind], "button", begin[kind]))));
  input?.addEventListener("change", (event) => (event as CustomEvent).detail !== "map" && show());
  map.once("load", () => {
    const drawn = show();
    if (drawn) map.fitBounds(boundsOf(drawn), { padding: 60, maxZoom: 17, animate: false });
  });
  return canvas;
}

function read(input: HTMLInputElement | null): Exclude<Geometry, { type: "GeometryCollection" }> | null {
  try {
    return input?.value ? (JSON.parse(input.value) as Exclude<Geometry, { type: "GeometryCollection" }>) : null;
  } catch {
    return null;
  }
}

function geometryOf({ shape, places }: Drawing): Geometry {
  const corners = places.map(rounded);
  if (shape === "line") return { type: "LineString", coordinates: corners };
  return { type: "Polygon", coordinates: [[...corners, corners[0] as Place]] };
}

function rounded(place: number[]): Place {
  return [Number((place[0] ?? 0).toFixed(6)), Number((place[1] ?? 0).toFixed(6))];
}

function boundsOf(geometry: Exclude<Geometry, { type: "GeometryCollection" }>): LngLatBounds {
  const bounds = new LngLatBounds();
  const each = (part: unknown): void => {
    if (Array.isArray(part) && typeof part[0] === "number") bounds.extend(part as Place);
    else if (Array.isArray(part)) part.forEach(each);
  };
  each(geometry.coordinates);
  return bounds;
}

function nothing(): GeoJSON.FeatureCollection {
  return { type: "FeatureCollection", features: [] };
}
