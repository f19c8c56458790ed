/** Drawn points are drawn to what stands there already: first to its points, then to its lines. */
import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import type { Map as LibreMap } from "maplibre-gl";
import { ask } from "./config";
import type { Place } from "./vertices";

const POINT_PX = 14;
const LINE_PX = 9;
const NEAREST_ZOOM = 15;

type Near = Feature<Point | LineString, { name: string }>;
export interface Snapped {
  place: Place;
  name: string;
}

export class Snapper {
  isOn = true;
  near: Near[] = [];
  private asked = "";

  constructor(
    private readonly map: LibreMap,
    private readonly address: string,
    private readonly changed: () => void,
  ) {
    map.on("moveend", () => void this.load());
    void this.load();
  }

  private async load(): Promise<void> {
    if (this.map.getZoom() < NEAREST_ZOOM) {
      if (this.near.length) [this.near, this.asked] = [[], ""];
      return this.changed();
    }
    const box = this.map.getBounds();
    const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map((edge) => edge.toFixed(5)).join(",");
    if (bbox === this.asked) return;
    this.asked = bbox;
    try {
      const found = await ask<FeatureCollection<Point | LineString, { name: string }>>(`${this.address}?bbox=${bbox}`);
      if (this.asked !== bbox) return; // the map has moved on
      this.near = found.features;
    } catch {
      this.near = []; // one draws without snapping then
    }
    this.changed();
  }

  /** Return where a place snaps to, or null. */
  find(place: Place): Snapped | null {
    if (!this.isOn || !this.near.length) return null;
    return this.nearest(place, POINT_PX, false) ?? this.nearest(place, LINE_PX, true);
  }

  private nearest(place: Place, reach: number, onLines: boolean): Snapped | null {
    const here = this.map.project(place);
    let best: (Snapped & { away: number }) | null = null;
    for (const { geometry, properties } of this.near) {
      const places = (geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates) as Place[];
      for (const [at, each] of places.entries()) {
        const next = places[at + 1];
        if (onLines && !next) continue;
        const candidate = onLines ? this.onSegment(here, each, next as Place) : each;
        const there = this.map.project(candidate);
        const away = Math.hypot(there.x - here.x, there.y - here.y);
        if (away <= reach && (!best || away < best.away)) best = { place: candidate, name: properties.name, away };
      }
    }
    return best && { place: best.place, name: best.name };
  }

  private onSegment(here: { x: number; y: number }, start: Place, end: Place): Place {
    const [a, b] = [this.map.project(start), this.map.project(end)];
    const square = (b.x - a.x) ** 2 + (b.y - a.y) ** 2;
    const share = square ? Math.min(1, Math.max(0, ((here.x - a.x) * (b.x - a.x) + (here.y - a.y) * (b.y - a.y)) / square)) : 0;
    return [start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])];
  }
}
