/** The map for everybody: the town's outline and the problems people told of, from an address that anyone may read. */
import type { GeoJSONSource, MapGeoJSONFeature } from "maplibre-gl";
import type { Canvas } from "./canvas";
import type { MapConfig } from "./config";
import { button, dot, make } from "./dom";
import { canvasIn } from "./small";
import { SPOTS } from "./style";
import { tell } from "./words";

/** As the server names them: number, title, state, voices. */
interface Spot {
  n: string;
  t: string;
  s: string;
  v: number;
}

export function openMap(host: HTMLElement, given: MapConfig): Canvas {
  const { spots } = host.dataset;
  const config = spots ? { ...given, spots } : given;
  const canvas = canvasIn(host, config, tell("openName"));
  const { map } = canvas;
  map.scrollZoom.disable(); // the page scrolls under it
  const card = make("div", { class: "map-card", attributes: { role: "status" } });
  card.hidden = true;
  host.append(card);
  map.on("click", "spots:crowds", (event) => void closer(canvas, event.features?.[0]));
  map.on("click", "spots:each", (event) => {
    const spots = (event.features ?? []).map((each) => each.properties as Spot);
    show(card, config, distinct(spots));
  });
  for (const layer of ["spots:crowds", "spots:each"]) {
    map.on("mouseenter", layer, () => map.getCanvas().classList.add("map-over"));
    map.on("mouseleave", layer, () => map.getCanvas().classList.remove("map-over"));
  }
  return canvas;
}

async function closer(canvas: Canvas, crowd: MapGeoJSONFeature | undefined): Promise<void> {
  if (crowd?.geometry.type !== "Point") return;
  const source = canvas.map.getSource(SPOTS) as GeoJSONSource;
  const zoom = await source.getClusterExpansionZoom(Number(crowd.properties.cluster_id));
  canvas.map.easeTo({ center: crowd.geometry.coordinates as [number, number], zoom: zoom + 0.2 });
}

function show(card: HTMLElement, config: MapConfig, spots: Spot[]): void {
  const rows = spots.slice(0, 5).map((spot) => {
    const state = config.legend?.find((entry) => entry.value === spot.s);
    return make(
      "li",
      {},
      make("a", { text: spot.t, attributes: { href: `${config.spotBase ?? ""}${encodeURIComponent(spot.n)}/` } }),
      make("span", { class: "faint map-card-state" }, dot(state?.colour ?? ""), make("span", { text: `${state?.label ?? ""} · ${tell("voices", spot.v)}` })),
    );
  });
  const close = button("×", "map-tool", () => (card.hidden = true));
  close.setAttribute("aria-label", tell("close"));
  card.replaceChildren(make("ul", { class: "stack stack-close" }, ...rows), close);
  card.hidden = false;
}

function distinct(spots: Spot[]): Spot[] {
  return [...new Map(spots.map((spot) => [spot.n, spot])).values()];
}
