/** The style of the map, made anew from the view each time; MapLibre applies only what differs. */
import type { ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Layer, LegendEntry, MapConfig } from "./config";
import type { Palette } from "./palette";
import type { View } from "./view";

export const DRAWN = "drawn";
export const SPOTS = "spots";
const OUTLINE = "outline";
const TOWN = "town";

export interface StyleParts {
  layers: Layer[];
  view: View;
  palette: Palette;
  legends: Record<string, LegendEntry[]>;
  base: StyleSpecification | null;
  config: MapConfig;
}

export function styleOf(parts: StyleParts): StyleSpecification {
  const { layers, view, palette, base, config } = parts;
  const shown = layers.filter((layer) => view.visible.has(layer.key));
  const order = { polygon: 0, line: 1, point: 2 };
  shown.sort((a, b) => order[a.geometry] - order[b.geometry]);
  const sources: StyleSpecification["sources"] = { ...base?.sources, [DRAWN]: { type: "geojson", data: { type: "FeatureCollection", features: [] } } };
  for (const layer of shown) sources[layer.key] = sourceOf(layer, view);
  if (config.outline) sources[OUTLINE] = { type: "geojson", data: config.outline };
  if (config.spots) sources[SPOTS] = { type: "geojson", data: new URL(config.spots, location.origin).href, cluster: true, clusterRadius: 36, clusterMaxZoom: 16 };
  return {
    ...(base ?? { version: 8 }),
    sources,
    layers: [
      ...(base?.layers ?? [{ id: "ground", type: "background", paint: { "background-color": palette.ground } } as LayerSpecification]),
      ...(config.outline ? outlineLayers(palette, Boolean(base)) : []),
      ...shown.flatMap((layer) => layersOf(layer, parts)),
      ...(config.spots ? spotLayers(palette, config.legend ?? []) : []),
      ...drawnLayers(palette),
    ],
  };
}

function sourceOf(layer: Layer, view: View): StyleSpecification["sources"][string] {
  const query = view.queryOf(layer);
  const address = new URL(layer.tiles.replace("?", query ? `?${query}&` : "?"), location.origin).href;
  // The URL object writes braces as %7B; MapLibre wants them.
  const tiles = address.replaceAll("%7B", "{").replaceAll("%7D", "}");
  return { type: "vector", tiles: [tiles], minzoom: layer.minZoom, maxzoom: layer.maxZoom, promoteId: "id" };
}

function layersOf(layer: Layer, parts: StyleParts): LayerSpecification[] {
  if (layer.geometry === "polygon") return polygonLayers(layer, parts);
  if (layer.geometry === "line") return [lineLayer(layer, parts)];
  return pointLayers(layer, parts);
}

function colourOf(layer: Layer, parts: StyleParts): ExpressionSpecification | string {
  const legend = parts.legends[layer.key] ?? layer.legend;
  if (!legend.length) return layer.geometry === "point" ? parts.palette.accent : parts.palette.line;
  if (legend.length === 1 && legend[0]) return legend[0].colour;
  const pairs = legend.flatMap((entry) => [entry.value, entry.colour]);
  return ["match", ["to-string", ["get", "class"]], ...pairs, parts.palette.plain] as unknown as ExpressionSpecification;
}

function pickedFilter(layer: Layer, view: View): FilterSpecification {
  return ["==", ["get", "id"], view.picked?.layer === layer.key ? view.picked.id : ""];
}

function polygonLayers(layer: Layer, parts: StyleParts): LayerSpecification[] {
  const { palette, view, base } = parts;
  const isTown = layer.key === TOWN;
  const source = { source: layer.key, "source-layer": "rows" };
  const colour = colourOf(layer, parts);
  const hasColours = (parts.legends[layer.key] ?? layer.legend).length > 0;
  const fill: LayerSpecification = isTown
    ? { id: `${layer.key}:fill`, type: "fill", ...source, paint: { "fill-color": palette.town, "fill-opacity": base ? 0 : 1 } }
    : { id: `${layer.key}:fill`, type: "fill", ...source, paint: { "fill-color": colour, "fill-opacity": hasColours ? 0.1 : 0.04 } };
  const edge: LayerSpecification = {
    id: `${layer.key}:edge`,
    type: "line",
    ...source,
    layout: { "line-join": "round" },
    paint: isTown
      ? { "line-color": palette.accent, "line-width": ["interpolate", ["linear"], ["zoom"], 9, 1.2, 14, 2.6], "line-dasharray": [4, 2, 1, 2] }
      : { "line-color": palette.line, "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.6, 16, 1.6] },
  };
  const picked: LayerSpecification = {
    id: `${layer.key}:picked`,
    type: "line",
    ...source,
    filter: pickedFilter(layer, view),
    paint: { "line-color": palette.accent, "line-width": 4 },
  };
  return [fill, edge, picked];
}

function lineLayer(layer: Layer, parts: StyleParts): LayerSpecification {
  return {
    id: `${layer.key}:edge`,
    type: "line",
    source: layer.key,
    "source-layer": "rows",
    layout: { "line-join": "round", "line-cap": "round" },
    paint: { "line-color": colourOf(layer, parts), "line-width": ["interpolate", ["linear"], ["zoom"], 10, 0.8, 17, 4] },
  };
}

function pointLayers(layer: Layer, parts: StyleParts): LayerSpecification[] {
  const { palette, view } = parts;
  const radius: ExpressionSpecification = ["interpolate", ["exponential", 1.5], ["zoom"], 9, 1.1, 12, 1.9, 14, 3.2, 16, 5.5, 18, 9];
  return [
    {
      id: `${layer.key}:counts`,
      type: "circle",
      source: layer.key,
      "source-layer": "counts",
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 0, 2.5, 12, 4.2, 13, 7, 14, 13],
        "circle-color": ["interpolate", ["linear"], ["ln", ["get", "count"]], 0, palette.few, 5, palette.many],
        "circle-opacity": 0.85,
      },
    },
    {
      id: `${layer.key}:picked`,
      type: "circle",
      source: layer.key,
      "source-layer": "rows",
      filter: pickedFilter(layer, view),
      paint: { "circle-radius": 16, "circle-color": palette.accent, "circle-opacity": 0.25, "circle-stroke-color": palette.accent, "circle-stroke-width": 2.5 },
    },
    {
      id: `${layer.key}:rows`,
      type: "circle",
      source: layer.key,
      "source-layer": "rows",
      paint: {
        "circle-radius": radius,
        "circle-color": colourOf(layer, parts),
        // Ink around the dot: pale classes stay visible on pale ground, and in the dark.
        "circle-stroke-color": palette.ink,
        "circle-stroke-opacity": ["interpolate", ["linear"], ["zoom"], 11, 0.12, 14, 0.4],
        "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 11, 0.3, 14, 0.7, 17, 1.2],
      },
    },
    ...numbers(layer, palette),
  ];
}

/** House numbers beside the dots on the streets: figures need no shaping, so the map itself may write them. */
function numbers(layer: Layer, palette: Palette): LayerSpecification[] {
  if (!layer.properties.includes("number")) return [];
  return [
    {
      id: `${layer.key}:numbers`,
      type: "symbol",
      source: layer.key,
      "source-layer": "rows",
      minzoom: 17,
      layout: { "text-field": ["get", "number"], "text-size": 12, "text-offset": [0, 1.1], "text-anchor": "top", "text-font": ["sans-serif"] },
      paint: { "text-color": palette.ink, "text-halo-color": palette.halo, "text-halo-width": 1.4 },
    },
  ];
}

function outlineLayers(palette: Palette, hasBase: boolean): LayerSpecification[] {
  const isTown: FilterSpecification = ["==", ["get", "kind"], "town"];
  return [
    { id: "outline:fill", type: "fill", source: OUTLINE, filter: isTown, paint: { "fill-color": palette.town, "fill-opacity": hasBase ? 0 : 1 } },
    { id: "outline:parts", type: "line", source: OUTLINE, filter: ["!", isTown], paint: { "line-color": palette.line, "line-width": 0.8 } },
    { id: "outline:edge", type: "line", source: OUTLINE, filter: isTown, layout: { "line-join": "round" }, paint: { "line-color": palette.accent, "line-width": 1.8, "line-dasharray": [4, 2, 1, 2] } },
  ];
}

function spotLayers(palette: Palette, legend: LegendEntry[]): LayerSpecification[] {
  const pairs = legend.flatMap((entry) => [entry.value, entry.colour]);
  const colour = pairs.length ? (["match", ["get", "s"], ...pairs, palette.plain] as unknown as ExpressionSpecification) : palette.accent;
  return [
    {
      id: "spots:crowds",
      type: "circle",
      source: SPOTS,
      filter: ["has", "point_count"],
      paint: { "circle-color": palette.accent, "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 13, 100, 26], "circle-stroke-color": palette.halo, "circle-stroke-width": 2 },
    },
    {
      id: "spots:numbers",
      type: "symbol",
      source: SPOTS,
      filter: ["has", "point_count"],
      layout: { "text-field": ["get", "point_count_abbreviated"], "text-size": 13, "text-font": ["sans-serif"], "text-allow-overlap": true },
      paint: { "text-color": palette.halo },
    },
    {
      id: "spots:each",
      type: "circle",
      source: SPOTS,
      filter: ["!", ["has", "point_count"]],
      paint: { "circle-color": colour, "circle-radius": ["interpolate", ["linear"], ["zoom"], 10, 5, 16, 9], "circle-stroke-color": palette.halo, "circle-stroke-width": 2 },
    },
  ];
}

function drawnLayers(palette: Palette): LayerSpecification[] {
  return [
    { id: "drawn:fill", type: "fill", source: DRAWN, filter: ["==", ["geometry-type"], "Polygon"], paint: { "fill-color": palette.accent, "fill-opacity": 0.14 } },
    {
      id: "drawn:edge",
      type: "line",
      source: DRAWN,
      layout: { "line-join": "round", "line-cap": "round" },
      // Lines of a ride bring their own colour, lines to snap to their own width.
      paint: { "line-color": ["coalesce", ["get", "colour"], palette.accent], "line-width": ["coalesce", ["get", "width"], 2.5], "line-opacity": ["coalesce", ["get", "opacity"], 1] },
    },
    {
      id: "drawn:corners",
      type: "circle",
      source: DRAWN,
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": ["coalesce", ["get", "radius"], 5], "circle-color": palette.halo, "circle-stroke-color": ["coalesce", ["get", "colour"], palette.accent], "circle-stroke-width": ["coalesce", ["get", "width"], 2.5] },
    },
  ];
}
