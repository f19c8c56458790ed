/** data-lines: stretches of road, or places of a file, as GeoJSON from an address, each with its own colour; a tap says what one is. */
import type { FeatureCollection, LineString, Point } from "geojson";
import { type GeoJSONSource, LngLatBounds } from "maplibre-gl";
import type { Canvas } from "./canvas";
import { ask } from "./config";
import { button, make } from "./dom";
import { DRAWN } from "./style";
import { tell } from "./words";

interface Told {
  colour: string;
  title: string;
  text: string;
}

const REACH_PX = 12; // a finger is no needle

export async function showLines(canvas: Canvas, host: HTMLElement, address: string): Promise<void> {
  const { map } = canvas;
  const lines = await ask<FeatureCollection<LineString | Point, Told>>(address);
  if (!lines.features.length) return;
  const bounds = new LngLatBounds();
  for (const { geometry } of lines.features)
    for (const place of geometry.type === "Point" ? [geometry.coordinates] : geometry.coordinates) bounds.extend(place as [number, number]);
  const wide = {
    ...lines,
    features: lines.features.map((line) => ({
      ...line,
      properties: { ...line.properties, ...(line.geometry.type === "Point" ? { radius: 2, width: 3 } : { width: 6 }) },
    })),
  };
  const show = () => (map.getSource(DRAWN) as GeoJSONSource | undefined)?.setData(wide);
  if (map.isStyleLoaded()) show();
  else map.once("load", show);
  map.fitBounds(bounds, { padding: 40, maxZoom: 17, animate: false });
  const card = make("div", { class: "map-card", attributes: { role: "status" } });
  card.hidden = true;
  host.append(card);
  map.on("click", ({ point }) => {
    const box: [[number, number], [number, number]] = [
      [point.x - REACH_PX, point.y - REACH_PX],
      [point.x + REACH_PX, point.y + REACH_PX],
    ];
    const found = map.queryRenderedFeatures(box, { layers: ["drawn:edge", "drawn:corners"] })[0]?.properties as Told | undefined;
    card.hidden = !found;
    if (found) tellOf(card, found);
  });
}

function tellOf(card: HTMLElement, line: Told): void {
  const close = button("×", "map-tool", () => (card.hidden = true));
  close.setAttribute("aria-label", tell("close"));
  card.replaceChildren(make("div", {}, make("strong", { text: line.title }), make("p", { class: "soft", text: line.text })), close);
}
