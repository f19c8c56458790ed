/**
 * <city-chart kind="bar|line|pyramid" title="…" unit="คน" [stacked] [horizontal] [src="/…json"]>
 *   <script type="application/json">{"labels": [...], "series": [{"name": "…", "values": [...]}], "links": ["/…"]}</script>
 * </city-chart>
 * A pyramid takes two series (male, female) and labels from the youngest up. `links[i]` opens the rows of label i.
 * Canvas, and tooltips drawn on it: ECharts' HTML tooltips need inline styles, which our policy forbids.
 */
import { BarChart, LineChart } from "echarts/charts";
import { GridSimpleComponent, LegendPlainComponent, TooltipComponent } from "echarts/components";
import { init, use, type ECharts } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { say } from "../words";
import { chartOption } from "./options";
import { figuresTable } from "./table";
import type { Figures, Look } from "./figures";

use([BarChart, LineChart, GridSimpleComponent, LegendPlainComponent, TooltipComponent, CanvasRenderer]);

class CityChart extends HTMLElement {
  private chart: ECharts | undefined;
  private figures: Figures | undefined;
  private watcher = new ResizeObserver(() => this.chart?.resize());
  private dark = matchMedia("(prefers-color-scheme: dark)");

  connectedCallback(): void {
    document.addEventListener("theme-change", this.redraw);
    this.dark.addEventListener("change", this.redraw);
    void this.start();
  }

  disconnectedCallback(): void {
    document.removeEventListener("theme-change", this.redraw);
    this.dark.removeEventListener("change", this.redraw);
    this.watcher.disconnect();
    this.chart?.dispose();
  }

  private async start(): Promise<void> {
    this.figures = await this.read();
    if (!this.figures.labels.length) {
      this.append(Object.assign(document.createElement("p"), { className: "empty", textContent: say("noFigures") }));
      return;
    }
    this.build();
    await document.fonts.ready; // else the first picture is drawn in the wrong letters
    this.redraw();
  }

  private async read(): Promise<Figures> {
    const address = this.getAttribute("src");
    if (address) return (await (await fetch(address, { headers: { Accept: "application/json" } })).json()) as Figures;
    return JSON.parse(this.querySelector("script")?.textContent || '{"labels":[],"series":[]}') as Figures;
  }

  private build(): void {
    const canvas = Object.assign(document.createElement("div"), { className: "chart-canvas" });
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", this.getAttribute("title") ?? "");
    const table = figuresTable(this.figures!, this.getAttribute("title") ?? "");
    table.classList.add("visually-hidden");
    const tools = Object.assign(document.createElement("div"), { className: "chart-tools" });
    const swap = button(say("table"), () => {
      canvas.hidden = table.classList.toggle("visually-hidden") ? false : true;
      swap.textContent = canvas.hidden ? say("chart") : say("table");
    });
    tools.append(swap, button(say("savePicture"), () => this.download()));
    this.append(canvas, table, tools);
    this.chart = init(canvas, null, { renderer: "canvas" });
    this.chart.on("click", (event) => {
      const link = this.figures?.links?.[event.dataIndex];
      if (link) location.assign(link);
    });
    this.watcher.observe(canvas);
  }

  private redraw = (): void => {
    if (this.chart && this.figures) this.chart.setOption(chartOption(this.figures, this.look()), true);
  };

  private look(): Look {
    const style = getComputedStyle(this);
    return {
      kind: this.getAttribute("kind") ?? "bar",
      unit: this.getAttribute("unit") ?? "",
      stacked: this.hasAttribute("stacked"),
      horizontal: this.hasAttribute("horizontal"),
      narrow: this.clientWidth < 480,
      calm: matchMedia("(prefers-reduced-motion: reduce)").matches,
      font: style.fontFamily,
      colour: (name) => resolveColour(this, name),
    };
  }

  private download(): void {
    const picture = this.chart?.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: resolveColour(this, "--surface") });
    if (!picture) return;
    const name = (this.getAttribute("title") || "chart").replace(/[^\p{L}\p{M}\p{N}]+/gu, "-");
    Object.assign(document.createElement("a"), { href: picture, download: `${name}.png` }).click();
  }
}

/** A token may be light-dark(…): only a real property tells which half is meant. */
function resolveColour(element: HTMLElement, name: string): string {
  // A change that glides (even for 0.01 ms, as with reduced motion) would show where it starts, not where it ends.
  element.style.setProperty("transition", "none", "important");
  element.style.setProperty("outline-color", `var(${name})`);
  const colour = getComputedStyle(element).outlineColor;
  element.style.removeProperty("outline-color");
  element.style.removeProperty("transition");
  return colour;
}

function button(words: string, press: () => void): HTMLButtonElement {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "chip", textContent: words });
  made.addEventListener("click", press);
  return made;
}

customElements.define("city-chart", CityChart);
