/** Drawing with taps or keys: a line, an area, a box, a circle. Says what to do, shows what was drawn, hands it over. */
import type { Feature, Geometry } from "geojson";
import type { GeoJSONSource, MapMouseEvent } from "maplibre-gl";
import type { Canvas } from "./canvas";
import { button, make } from "./dom";
import { areaOf, areaWords, circle, distance, lengthOf, lengthWords, type Place } from "./measure";
import { DRAWN } from "./style";
import { tell } from "./words";

export type Shape = "polygon" | "box" | "radius" | "line" | "area";
export interface Drawing {
  shape: Shape;
  places: Place[];
}

const HINTS = { polygon: "drawArea", box: "drawBox", radius: "drawRadius", line: "drawLine", area: "drawArea" } as const;

export class Sketch {
  private shape: Shape | null = null;
  private places: Place[] = [];
  private leftAt = -Infinity;
  private finish: (drawing: Drawing) => void = () => {};
  private readonly hint = make("div", { class: "map-hint", attributes: { role: "status" } });
  private readonly words = make("strong");

  constructor(
    private readonly canvas: Canvas,
    host: HTMLElement,
  ) {
    this.hint.hidden = true;
    host.append(this.hint);
    const { map } = canvas;
    map.on("click", (event) => this.tap(event));
    map.on("mousemove", (event) => this.shape && this.draw([...this.places, [event.lngLat.lng, event.lngLat.lat]]));
    map.on("dblclick", (event) => {
      if (!this.shape) return;
      event.preventDefault();
      this.end();
    });
    map.getCanvas().addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.shape) this.cancel();
    });
  }

  /** The tap that ends a drawing is no pick. */
  get isActive(): boolean {
    return this.shape !== null || performance.now() - this.leftAt < 350;
  }

  start(shape: Shape, finish: (drawing: Drawing) => void): void {
    this.cancel();
    this.shape = shape;
    this.finish = finish;
    this.hint.replaceChildren(
      make("p", { text: tell(HINTS[shape]) }),
      this.words,
      make("p", { class: "map-hint-keys", text: tell("byKeys") }),
      make(
        "div",
        { class: "cluster" },
        button(tell("done"), "button button-primary", () => this.end()),
        button(tell("undo"), "button", () => this.back()),
        button(tell("cancel"), "button", () => this.cancel()),
      ),
    );
    this.words.textContent = "";
    this.hint.hidden = false;
    this.canvas.map.getContainer().classList.add("map-drawing");
    this.canvas.map.doubleClickZoom.disable();
    this.canvas.map.getCanvas().focus({ preventScroll: true });
  }

  /** Leave the tool and take away what was drawn. */
  cancel(): void {
    this.leave();
    this.places = [];
    this.put([]);
  }

  private leave(): void {
    if (this.shape) this.leftAt = performance.now();
    this.shape = null;
    this.hint.hidden = true;
    this.canvas.map.getContainer().classList.remove("map-drawing");
    setTimeout(() => this.canvas.map.doubleClickZoom.enable(), 300);
  }

  private tap(event: MapMouseEvent): void {
    if (this.shape) this.add([event.lngLat.lng, event.lngLat.lat]);
  }

  private add(place: Place): void {
    const last = this.places.at(-1);
    if (last && distance(last, place) < 0.05) return; // the second tap of a double tap
    this.places.push(place);
    this.draw(this.places);
    if ((this.shape === "box" || this.shape === "radius") && this.places.length === 2) this.end();
  }

  private back(): void {
    this.places.pop();
    this.draw(this.places);
  }

  private key(event: KeyboardEvent): void {
    if (!this.shape) return;
    if (event.key === " ") {
      event.preventDefault();
      const { lng, lat } = this.canvas.map.getCenter();
      this.add([lng, lat]);
    } else if (event.key === "Enter") this.end();
    else if (event.key === "Backspace") this.back();
  }

  private end(): void {
    const { shape } = this;
    if (!shape) return;
    const needed = { polygon: 3, area: 3, line: 2, box: 2, radius: 2 }[shape];
    if (this.places.length < needed) return;
    const drawing = { shape, places: [...this.places] };
    this.draw(this.places);
    const measured = this.words.textContent ?? "";
    this.leave();
    if (shape === "line" || shape === "area") this.keepMeasure(measured);
    this.places = [];
    this.finish(drawing);
  }

  /** A measure stays on the map with its number until it is cleared. */
  private keepMeasure(measured: string): void {
    this.hint.replaceChildren(
      make("strong", { text: measured }),
      button(tell("clear"), "button", () => this.cancel()),
    );
    this.hint.hidden = false;
  }

  private draw(places: Place[]): void {
    if (!this.shape) return;
    const ring = ringOf(this.shape, places);
    const features: Feature[] = places.map((place) => feature({ type: "Point", coordinates: place }));
    if (ring && ring.length > 2) features.unshift(feature({ type: "Polygon", coordinates: [[...ring, ring[0] as Place]] }));
    else if (places.length > 1) features.unshift(feature({ type: "LineString", coordinates: places }));
    this.words.textContent = this.measure(places, ring);
    this.put(features);
  }

  private measure(places: Place[], ring: Place[] | null): string {
    const [first, second] = places;
    if (this.shape === "radius" && first && second) return tell("radius", lengthWords(distance(first, second)));
    if (this.shape === "line") return places.length > 1 ? tell("distance", lengthWords(lengthOf(places))) : "";
    return ring && ring.length > 2 ? tell("area", areaWords(areaOf(ring))) : "";
  }

  private put(features: Feature[]): void {
    (this.canvas.map.getSource(DRAWN) as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features });
  }
}

export function ringOf(shape: Shape, places: Place[]): Place[] | null {
  const [first, second] = places;
  if (shape === "line") return null;
  if (shape === "box") return first && second ? [first, [second[0], first[1]], second, [first[0], second[1]]] : null;
  if (shape === "radius") return first && second ? circle(first, distance(first, second)) : null;
  return places;
}

function feature(geometry: Geometry): Feature {
  return { type: "Feature", properties: {}, geometry };
}
