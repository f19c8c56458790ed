/** Choosing a place along a line: a handle that stays on it, and the metres from its start in a field of the form. */
import { type GeoJSONSource, LngLatBounds, Marker } from "maplibre-gl";
import type { Canvas } from "./canvas";
import { make } from "./dom";
import { lengthWords } from "./measure";
import { DRAWN } from "./style";
import { metresAlong, metresBetween, type Place } from "./vertices";
import { tell } from "./words";

const KEYS: Record<string, number> = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 };

export class SplitPlace {
  private readonly total: number;
  private readonly handle = make("button", { class: "map-vertex map-vertex-split", type: "button", attributes: { "aria-label": tell("splitHere") } });
  private readonly marker: Marker;

  constructor(
    private readonly canvas: Canvas,
    private readonly places: Place[],
    private readonly input: HTMLInputElement,
    private readonly say: (words: string) => void,
  ) {
    const { map } = canvas;
    this.total = metresAlong(places);
    this.marker = new Marker({ element: this.handle, draggable: true });
    map.on("click", ({ lngLat }) => this.put(this.nearest([lngLat.lng, lngLat.lat])));
    this.marker.on("drag", () => this.put(this.nearest(this.marker.getLngLat().toArray())));
    this.handle.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("input", () => input.value && this.put(Number(input.value), false));
    map.once("load", () => this.show());
    this.put(input.value ? Number(input.value) : this.total / 2, !input.value);
  }

  private show(): void {
    const bounds = new LngLatBounds();
    for (const place of this.places) bounds.extend(place);
    this.canvas.map.fitBounds(bounds, { padding: 50, maxZoom: 18, animate: false });
    const line = { type: "Feature" as const, properties: { width: 5 }, geometry: { type: "LineString" as const, coordinates: this.places } };
    (this.canvas.map.getSource(DRAWN) as GeoJSONSource | undefined)?.setData(line);
  }

  private key(event: KeyboardEvent): void {
    const way = KEYS[event.key];
    if (!way) return;
    event.preventDefault();
    event.stopPropagation();
    this.put(Number(this.input.value) + way * (event.shiftKey ? 10 : 1));
  }

  private put(metres: number, write = true): void {
    if (!Number.isFinite(metres)) return;
    const at = Math.min(Math.max(metres, 0), this.total);
    this.marker.setLngLat(this.placeAt(at)).addTo(this.canvas.map);
    if (write) this.input.value = at.toFixed(1);
    this.say(`${tell("splitAt", lengthWords(at))} · ${tell("splitRest", lengthWords(this.total - at))}`);
  }

  private placeAt(metres: number): Place {
    let left = metres;
    for (const [index, b] of this.places.slice(1).entries()) {
      const a = this.places[index] as Place;
      const span = metresBetween(a, b);
      if (left <= span && span) return [a[0] + (left / span) * (b[0] - a[0]), a[1] + (left / span) * (b[1] - a[1])];
      left -= span;
    }
    return this.places[this.places.length - 1] as Place;
  }

  private nearest(place: Place): number {
    const { map } = this.canvas;
    const here = map.project(place);
    let [best, found, passed] = [Infinity, 0, 0];
    for (const [index, b] of this.places.slice(1).entries()) {
      const a = this.places[index] as Place;
      const [from, to] = [map.project(a), map.project(b)];
      const square = (to.x - from.x) ** 2 + (to.y - from.y) ** 2;
      const share = square ? Math.min(1, Math.max(0, ((here.x - from.x) * (to.x - from.x) + (here.y - from.y) * (to.y - from.y)) / square)) : 0;
      const away = Math.hypot(from.x + share * (to.x - from.x) - here.x, from.y + share * (to.y - from.y) - here.y);
      const span = metresBetween(a, b);
      if (away < best) [best, found] = [away, passed + share * span];
      passed += span;
    }
    return found;
  }
}
