/** What is shown: visible layers, colours, filters, the day. It lives in the address, so that a link is a view. */
import type { Layer } from "./config";

export class View {
  visible = new Set<string>();
  colour: Record<string, string> = {};
  filters: Record<string, Record<string, string[]>> = {};
  on = "";
  picked: { layer: string; id: string } | null = null;

  constructor(layers: Layer[], params: URLSearchParams, only?: string) {
    const named = only ?? params.get("layers");
    const shown = named === null || named === undefined ? layers.filter((l) => l.visible).map((l) => l.key) : named.split(",");
    for (const layer of layers) if (shown.includes(layer.key)) this.visible.add(layer.key);
    this.on = params.get("on") ?? "";
    for (const layer of layers) {
      const colour = params.get(`colour.${layer.key}`) ?? params.get("colour") ?? "";
      if (layer.fields.some((field) => field.key === colour)) this.colour[layer.key] = colour;
      for (const field of layer.fields) {
        const values = (params.get(`f.${layer.key}.${field.key}`) ?? "").split(",").filter(Boolean);
        if (values.length) (this.filters[layer.key] ??= {})[field.key] = values;
      }
    }
    const [layer, id] = (params.get("pick") ?? "").split(":");
    if (layer && id) this.picked = { layer, id };
  }

  /** The part of a question that concerns one layer: what tiles, legends and selections are asked with. */
  queryOf(layer: Layer): string {
    const params = new URLSearchParams();
    const colour = this.colour[layer.key];
    if (colour) params.set("colour", colour);
    for (const [field, values] of Object.entries(this.filters[layer.key] ?? {})) params.set(`f.${field}`, values.join(","));
    if (this.on) params.set("on", this.on);
    return params.toString();
  }

  params(layers: Layer[]): URLSearchParams {
    const params = new URLSearchParams();
    params.set("layers", layers.filter((l) => this.visible.has(l.key)).map((l) => l.key).join(","));
    for (const [layer, colour] of Object.entries(this.colour)) if (colour) params.set(`colour.${layer}`, colour);
    for (const [layer, fields] of Object.entries(this.filters))
      for (const [field, values] of Object.entries(fields)) if (values.length) params.set(`f.${layer}.${field}`, values.join(","));
    if (this.on) params.set("on", this.on);
    if (this.picked) params.set("pick", `${this.picked.layer}:${this.picked.id}`);
    return params;
  }

  setFilter(layer: string, field: string, values: string[]): void {
    const fields = (this.filters[layer] ??= {});
    if (values.length) fields[field] = values;
    else delete fields[field];
  }
}

/** Commas and colons stay readable in a link that people send each other. */
export function readable(params: URLSearchParams): string {
  return params.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}
