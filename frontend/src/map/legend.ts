/** The panel of layers: show and hide, what the colours mean and how many there are, colour by, filter. */
import { thaiNumber } from "../words";
import type { Canvas } from "./canvas";
import { ask, type Layer, type LayerField, type LegendEntry } from "./config";
import { button, dot, make } from "./dom";
import { tell } from "./words";

interface Legend {
  total: number;
  legend: LegendEntry[];
}

export class LegendPanel {
  private readonly bodies = new Map<string, HTMLElement>();
  private readonly counts = new Map<string, HTMLElement>();

  constructor(
    private readonly canvas: Canvas,
    host: HTMLElement,
    private readonly changed: () => void,
  ) {
    const rank = { point: 0, line: 1, polygon: 2 };
    const fromTop = [...canvas.config.layers].sort((a, b) => rank[a.geometry] - rank[b.geometry]);
    host.replaceChildren(...fromTop.map((layer) => this.block(layer)));
    host.setAttribute("aria-busy", "false");
    this.refresh();
  }

  /** Ask again how many there are of each visible layer. */
  refresh(): void {
    for (const layer of this.canvas.config.layers) if (this.canvas.view.visible.has(layer.key)) void this.fill(layer);
  }

  private block(layer: Layer): HTMLElement {
    const box = make("input", { type: "checkbox" });
    box.checked = this.canvas.view.visible.has(layer.key);
    const count = make("span", { class: "map-layer-count" });
    const body = make("div", { class: "map-layer-body" });
    body.hidden = !box.checked;
    box.addEventListener("change", () => {
      if (box.checked) this.canvas.view.visible.add(layer.key);
      else this.canvas.view.visible.delete(layer.key);
      body.hidden = !box.checked;
      if (box.checked) void this.fill(layer);
      this.apply();
    });
    this.bodies.set(layer.key, body);
    this.counts.set(layer.key, count);
    const mark = layer.legend.length === 1 && layer.legend[0] ? dot(layer.legend[0].colour, layer.geometry) : null;
    const head = make("label", { class: "map-layer-head" }, box, make("span", { class: "map-layer-name" }, mark, layer.label), count);
    return make("section", { class: "map-layer" }, head, body);
  }

  private apply(): void {
    this.canvas.refresh();
    this.changed();
  }

  private async fill(layer: Layer): Promise<void> {
    const body = this.bodies.get(layer.key) as HTMLElement;
    const query = this.canvas.view.queryOf(layer);
    const found = await ask<Legend>(`/map/legend/${layer.key}/?${query}`).catch(() => null);
    if (!found || query !== this.canvas.view.queryOf(layer)) return;
    const before = JSON.stringify(this.canvas.legends[layer.key]?.map((e) => [e.value, e.colour]));
    this.canvas.legends[layer.key] = found.legend;
    if (layer.geometry === "point") (this.counts.get(layer.key) as HTMLElement).textContent = thaiNumber(found.total);
    const opened = body.querySelector("details")?.open ?? false;
    const focused = body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.key : undefined;
    body.replaceChildren(...this.insides(layer, found, opened));
    if (focused) body.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus();
    if (JSON.stringify(found.legend.map((e) => [e.value, e.colour])) !== before) this.canvas.refresh();
  }

  private insides(layer: Layer, found: Legend, opened: boolean): HTMLElement[] {
    const parts: HTMLElement[] = [];
    if (layer.fields.some(coloured)) parts.push(this.colourChoice(layer));
    if (found.legend.length > 1) parts.push(legendList(layer, found.legend));
    if (!found.total && layer.geometry === "point") parts.push(make("p", { class: "soft", text: tell("nothingYet") }));
    const filters = layer.fields.filter((field) => field.choices.length);
    if (filters.length) parts.push(this.filters(layer, filters, opened));
    return parts;
  }

  private colourChoice(layer: Layer): HTMLElement {
    const select = make("select", { class: "input map-colour", attributes: { "data-key": "colour", "aria-label": `${tell("colourBy")} (${layer.label})` } });
    const chosen = this.canvas.view.colour[layer.key] ?? "";
    for (const { key, label } of [{ key: "", label: tell("usualColour") }, ...layer.fields.filter(coloured)]) {
      const option = make("option", { text: label, attributes: { value: key } });
      option.selected = key === chosen;
      select.append(option);
    }
    select.addEventListener("change", () => {
      this.canvas.view.colour[layer.key] = select.value;
      void this.fill(layer);
      this.apply();
    });
    return make("label", { class: "map-colour-by" }, make("span", { text: tell("colourBy") }), select);
  }

  private filters(layer: Layer, fields: LayerField[], opened: boolean): HTMLElement {
    const chosen = this.canvas.view.filters[layer.key] ?? {};
    const number = Object.values(chosen).reduce((sum, values) => sum + values.length, 0);
    const summary = make("summary", { text: number ? `${tell("filter")} (${number})` : tell("filter"), attributes: { "data-key": "filter" } });
    const details = make("details", { class: "map-filter" }, summary);
    details.open = opened;
    for (const field of fields) {
      const set = make("fieldset", { class: "map-filter-field" }, make("legend", { text: field.label }));
      for (const choice of field.choices) {
        const box = make("input", { type: "checkbox", attributes: { value: choice.value, "data-key": `${field.key}=${choice.value}` } });
        box.checked = chosen[field.key]?.includes(choice.value) ?? false;
        set.append(make("label", {}, box, choice.colour ? dot(choice.colour) : null, make("span", { text: choice.label })));
      }
      set.addEventListener("change", () => {
        const values = [...set.querySelectorAll("input")].filter((box) => box.checked).map((box) => box.value);
        this.canvas.view.setFilter(layer.key, field.key, values);
        void this.fill(layer);
        this.apply();
      });
      details.append(set);
    }
    if (number)
      details.append(
        button(tell("clearFilter"), "button button-quiet", () => {
          this.canvas.view.filters[layer.key] = {};
          void this.fill(layer);
          this.apply();
        }),
      );
    return details;
  }
}

export function legendList(layer: Layer, entries: LegendEntry[]): HTMLElement {
  // Kinds of area that the town does not have say nothing; an empty class of a fact does.
  const told = layer.geometry === "polygon" ? entries.filter((entry) => entry.count !== 0) : entries;
  const rows = told.map((entry) =>
    make(
      "li",
      {},
      dot(entry.colour, layer.geometry),
      make("span", { text: entry.label }),
      entry.count === null ? null : make("span", { class: "map-legend-count", text: thaiNumber(entry.count) }),
    ),
  );
  return make("ul", { class: "map-legend" }, ...rows);
}

/** Only a field whose values have colours can colour the map; the others filter it. */
function coloured(field: LayerField): boolean {
  return field.choices.some((choice) => choice.colour);
}
