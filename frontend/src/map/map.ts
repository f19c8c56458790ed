/** <city-map data-mode="full | embed | point | shape | open | print">: the town on a map. How to use it: docs/how-to and the templates of maps. */
import "maplibre-gl/dist/maplibre-gl.css";
import "./map.css";
import type { Canvas } from "./canvas";
import { mapConfig } from "./config";
import { button, make } from "./dom";
import { FullMap } from "./full";
import { openMap } from "./open";
import { onPaper } from "./paper";
import { chooseShape } from "./shape";
import { choosePoint, embed } from "./small";
import { tell } from "./words";

class CityMap extends HTMLElement {
  canvas: Canvas | null = null;

  connectedCallback(): void {
    if (!this.canvas) void this.start();
  }

  disconnectedCallback(): void {
    // htmx may move the element within the page: only a real farewell ends the map.
    setTimeout(() => {
      if (this.isConnected) return;
      this.canvas?.remove();
      this.canvas = null;
    });
  }

  private async start(): Promise<void> {
    this.busy(true);
    if (!hasWebgl()) return this.complain(tell("noWebgl"), false);
    try {
      const config = await mapConfig(this.dataset.config);
      const mode = this.dataset.mode ?? "full";
      if (mode === "embed") this.canvas = embed(this, config);
      else if (mode === "point") this.canvas = choosePoint(this, config);
      else if (mode === "shape") this.canvas = chooseShape(this, config);
      else if (mode === "open") this.canvas = openMap(this, config);
      else if (mode === "print") this.canvas = await onPaper(this, config);
      else this.canvas = new FullMap(this, config).canvas;
    } catch (problem) {
      console.error(problem);
      return this.complain(tell("noAnswer"), true);
    }
    const { map } = this.canvas;
    map.on("dataloading", () => this.busy(true));
    map.on("idle", () => this.busy(false));
    map.triggerRepaint(); // a map that is idle already says so once more
    map.on("error", (event) => console.warn(event.error?.message ?? event));
  }

  private busy(isBusy: boolean): void {
    this.classList.toggle("map-busy", isBusy);
    this.setAttribute("aria-busy", String(isBusy));
  }

  private complain(words: string, mayTry: boolean): void {
    this.busy(false);
    const again = button(tell("tryAgain"), "button button-primary", () => {
      notice.remove();
      void this.start();
    });
    const list = make("div", { class: "cluster" });
    const notice = make("div", { class: "map-notice empty", attributes: { role: "alert" } }, make("p", { text: words }), mayTry ? again : list);
    this.append(notice);
    if (!mayTry)
      void mapConfig(this.dataset.config).then(({ layers }) => {
        for (const layer of layers.filter((each) => each.list))
          list.append(make("a", { class: "button", text: tell("openList", layer.label), attributes: { href: layer.list } }));
      });
  }
}

function hasWebgl(): boolean {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

customElements.define("city-map", CityMap);
