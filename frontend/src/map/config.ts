/** What the server says of the map: its layers, the town, and the grant for tiles, renewed while the page is open. */
export interface LegendEntry {
  value: string;
  label: string;
  colour: string;
  icon: string;
  count: number | null;
}
export interface LayerField {
  key: string;
  label: string;
  choices: LegendEntry[];
}
export interface Layer {
  key: string;
  label: string;
  geometry: "point" | "line" | "polygon";
  tiles: string;
  minZoom: number;
  maxZoom: number;
  visible: boolean;
  properties: string[];
  hasLabels: boolean;
  legend: LegendEntry[];
  fields: LayerField[];
  list: string;
}
export interface MapConfig {
  town: { id: number; name: string; bounds: [number, number, number, number] | null; attribution: string };
  baseMapStyle: string;
  layers: Layer[];
  /** For everybody: no layers of the staff, no large map; outline, villages and spots come as GeoJSON. */
  isOpen?: boolean;
  outline?: GeoJSON.GeoJSON | null;
  spots?: string;
  legend?: LegendEntry[];
  spotBase?: string;
}
export interface AreaLabel {
  id: string;
  name: string;
  lng: number;
  lat: number;
}

const RENEW_MS = 8 * 60 * 1000; // the grant lives ten minutes
const STAFF = "/map/layers.json";
const configs = new Map<string, Promise<MapConfig>>();

export async function ask<T>(address: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(address, { credentials: "same-origin", headers: { Accept: "application/json" }, ...init });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as T;
}

/** One answer for all maps of the page. */
export function mapConfig(address = STAFF): Promise<MapConfig> {
  const known = configs.get(address);
  if (known) return known;
  const config = ask<MapConfig>(address);
  configs.set(address, config);
  config.then(
    () => address === STAFF && setInterval(() => document.visibilityState === "visible" && void ask(STAFF).catch(() => null), RENEW_MS),
    () => configs.delete(address),
  );
  return config;
}
