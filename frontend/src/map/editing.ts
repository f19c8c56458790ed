/**
 * Editing one shape on a map: each point is a button over the map, so that a mouse drags it, a finger finds it (44 px)
 * and the keyboard reaches it by Tab and moves it by the arrows. Terra Draw was looked at: it has no keyboard for
 * points, and keeps layers of its own that our style would take away at each change of theme.
 */
import type { Feature } from "geojson";
import { type GeoJSONSource, LngLatBounds, Marker } from "maplibre-gl";
import { thaiNumber } from "../words";
import type { Canvas } from "./canvas";
import { make } from "./dom";
import { lengthWords } from "./measure";
import { Snapper } from "./snap";
import { DRAWN } from "./style";
import { metresAlong, middle, type Place, Vertices } from "./vertices";
import { tell } from "./words";

export type Kind = "point" | "line";
const MOST_HANDLES = 150;
const STEP_PX = 2;
const WIDE_STEP_PX = 20;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Editing {
  readonly vertices: Vertices;
  chosen: number | null = null;
  isExtending: boolean;
  private handles: Marker[] = [];
  private live: Place[] | null = null;
  private said = "";

  constructor(
    private readonly canvas: Canvas,
    readonly kind: Kind,
    places: Place[],
    readonly snapper: Snapper | null,
    private readonly changed: () => void,
  ) {
    this.vertices = new Vertices(places);
    this.isExtending = places.length < (kind === "point" ? 1 : 2);
    const { map } = canvas;
    map.on("click", ({ lngLat }) => this.tap([lngLat.lng, lngLat.lat]));
    map.on("moveend", () => this.draw());
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      this.addInMiddle();
    });
    if (map.isStyleLoaded()) this.draw();
    else map.once("load", () => this.draw());
  }

  fit(): void {
    const { places } = this.vertices;
    if (places.length < 2) return;
    const bounds = new LngLatBounds();
    for (const place of places) bounds.extend(place);
    this.canvas.map.fitBounds(bounds, { padding: 60, maxZoom: 18, animate: false });
  }

  private tap(place: Place): void {
    if (this.kind === "point") return this.act(() => this.vertices.change([this.snapped(place)]));
    if (this.isExtending) return this.add(place);
    if (this.chosen !== null) this.choose(null);
  }

  addInMiddle(): void {
    const place = this.canvas.map.getCenter().toArray();
    if (this.kind === "point") this.tap(place);
    else this.add(place);
  }

  /** At the end of the line; at its start, when the first point is chosen. */
  private add(place: Place): void {
    const { places } = this.vertices;
    const atStart = this.chosen === 0 && places.length > 1;
    this.act(() => this.vertices.insert(atStart ? 0 : places.length, this.snapped(place)));
    this.choose(atStart ? 0 : this.vertices.places.length - 1);
  }

  insertAfter(index: number): void {
    const [a, b] = [this.vertices.places[index], this.vertices.places[index + 1]];
    if (a && b) this.act(() => this.vertices.insert(index + 1, middle(a, b)));
    this.choose(index + 1);
  }

  removeChosen(): void {
    const { chosen } = this;
    if (chosen === null) return;
    this.act(() => this.vertices.remove(chosen));
    this.choose(this.vertices.places.length ? Math.max(0, chosen - 1) : null);
  }

  turnRound(): void {
    this.act(() => this.vertices.change([...this.vertices.places].reverse()));
  }

  startAgain(): void {
    this.isExtending = true;
    this.act(() => this.vertices.change([]));
    this.choose(null);
  }

  undo(): void {
    this.act(() => this.vertices.undo());
  }

  redo(): void {
    this.act(() => this.vertices.redo());
  }

  /** Points typed in the form. */
  take(places: Place[]): void {
    this.act(() => this.vertices.change(places));
    this.fit();
  }

  choose(index: number | null): void {
    this.chosen = index;
    this.draw();
    this.changed();
    if (index !== null) this.handleOf(index)?.focus({ preventScroll: true });
  }

  private act(change: () => void): void {
    this.said = "";
    change();
    if (this.chosen !== null && this.chosen >= this.vertices.places.length) this.chosen = null;
    this.draw();
    this.changed();
  }

  private snapped(place: Place): Place {
    const found = this.snapper?.find(place) ?? null;
    this.said = found ? tell("snapped", found.name) : "";
    return found?.place ?? place;
  }

  /** What is drawn now, in words. */
  get words(): string {
    const places = this.live ?? this.vertices.places;
    if (this.kind === "point") return this.said;
    const parts = [tell("lineLength", lengthWords(metresAlong(places))), tell("points", thaiNumber(places.length)), this.said];
    return places.length > 1 ? parts.filter(Boolean).join(" · ") : this.said;
  }

  draw(): void {
    this.put(this.vertices.places);
    const shown = this.inView();
    const held = this.chosen !== null && document.activeElement?.classList.contains("map-vertex");
    for (const handle of this.handles) handle.remove();
    this.handles = shown === null ? [] : [...shown.map((index) => this.vertex(index)), ...(this.kind === "line" ? this.betweens(shown) : [])];
    if (held && this.chosen !== null) this.handleOf(this.chosen)?.focus({ preventScroll: true });
  }

  /** Points too many for one screen are a line only, until one looks closer. */
  private inView(): number[] | null {
    const box = this.canvas.map.getBounds();
    const shown = this.vertices.places.flatMap((place, index) => (box.contains(place) || index === this.chosen ? [index] : []));
    this.said = shown.length > MOST_HANDLES ? tell("tooMany", thaiNumber(shown.length)) : this.said;
    return shown.length > MOST_HANDLES ? null : shown;
  }

  private vertex(index: number): Marker {
    const element = make("button", { class: "map-vertex", type: "button", attributes: { "aria-label": tell("vertex", index + 1), "data-vertex": String(index) } });
    if (index === this.chosen) element.setAttribute("aria-pressed", "true");
    if (this.kind === "line" && index === 0) element.classList.add("map-vertex-start");
    const marker = new Marker({ element, draggable: true }).setLngLat(this.vertices.places[index] as Place).addTo(this.canvas.map);
    element.addEventListener("click", (event) => {
      event.stopPropagation();
      this.choose(index);
    });
    element.addEventListener("keydown", (event) => this.key(event, index));
    marker.on("drag", () => this.drag(marker, (place) => this.vertices.places.map((each, at) => (at === index ? place : each))));
    marker.on("dragend", () => {
      this.chosen = index;
      this.drop(() => this.vertices.move(index, marker.getLngLat().toArray()));
    });
    return marker;
  }

  private betweens(shown: number[]): Marker[] {
    return shown.flatMap((index) => {
      const [a, b] = [this.vertices.places[index], this.vertices.places[index + 1]];
      if (!a || !b || this.apart(a, b) < 60) return [];
      const element = make("button", { class: "map-between", type: "button", attributes: { "aria-label": tell("between", index + 1) } });
      const marker = new Marker({ element, draggable: true }).setLngLat(middle(a, b)).addTo(this.canvas.map);
      element.addEventListener("click", (event) => {
        event.stopPropagation();
        this.insertAfter(index);
      });
      const withNew = (place: Place) => [...this.vertices.places.slice(0, index + 1), place, ...this.vertices.places.slice(index + 1)];
      marker.on("drag", () => this.drag(marker, withNew));
      marker.on("dragend", () => {
        this.chosen = index + 1;
        this.drop(() => this.vertices.insert(index + 1, marker.getLngLat().toArray()));
      });
      return [marker];
    });
  }

  private apart(a: Place, b: Place): number {
    const [from, to] = [this.canvas.map.project(a), this.canvas.map.project(b)];
    return Math.hypot(to.x - from.x, to.y - from.y);
  }

  private drag(marker: Marker, places: (place: Place) => Place[]): void {
    const place = this.snapped(marker.getLngLat().toArray());
    marker.setLngLat(place);
    this.live = places(place);
    this.put(this.live);
    this.changed();
  }

  private drop(change: () => void): void {
    this.live = null;
    this.act(change);
  }

  private key(event: KeyboardEvent, index: number): void {
    const arrow = ARROWS[event.key];
    if (arrow) {
      const step = event.shiftKey ? WIDE_STEP_PX : STEP_PX;
      const at = this.canvas.map.project(this.vertices.places[index] as Place);
      const place = this.canvas.map.unproject([at.x + arrow[0] * step, at.y + arrow[1] * step]).toArray();
      this.chosen = index;
      this.act(() => this.vertices.move(index, place));
      this.handleOf(index)?.focus({ preventScroll: true });
    } else if (event.key === "Delete" || event.key === "Backspace") {
      this.chosen = index;
      this.removeChosen();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private handleOf(index: number): HTMLElement | undefined {
    return this.handles.map((each) => each.getElement()).find((each) => each.dataset.vertex === String(index));
  }

  private put(places: Place[]): void {
    const near: Feature[] = (this.snapper?.isOn ? this.snapper.near : []).map((each) => ({ ...each, properties: { colour: "#76809a", width: 1.5, radius: 3 } }));
    const drawn: Feature[] = this.kind === "line" && places.length > 1 ? [{ type: "Feature", properties: { width: 4 }, geometry: { type: "LineString", coordinates: places } }] : [];
    (this.canvas.map.getSource(DRAWN) as GeoJSONSource | undefined)?.setData({ type: "FeatureCollection", features: [...near, ...drawn] });
  }
}
