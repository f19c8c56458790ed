/** What is inside a drawn area: the server counts it for this person, and leads to the list and the file. */
import { csrfToken, thaiNumber } from "../words";
import type { Canvas } from "./canvas";
import { ask } from "./config";
import { button, make } from "./dom";
import { distance } from "./measure";
import { type Drawing, ringOf } from "./sketch";
import { tell } from "./words";

interface Inside {
  key: string;
  label: string;
  count: number;
  list: string;
  xlsx: string;
}

export async function showInside(canvas: Canvas, drawing: Drawing, address: string, box: HTMLElement, clear: () => void): Promise<void> {
  const { view, config } = canvas;
  const asked = config.layers.filter((layer) => view.visible.has(layer.key) && layer.geometry === "point");
  const body = make("div", { class: "stack" });
  const close = () => {
    box.hidden = true;
    box.replaceChildren();
    clear();
  };
  box.replaceChildren(head(close), body);
  box.hidden = false;
  if (!asked.length) {
    body.append(make("p", { text: tell("noLayerToSelect") }));
    return;
  }
  body.append(make("p", { class: "soft", text: tell("counting") }));
  try {
    const layers = Object.fromEntries(asked.map((layer) => [layer.key, view.queryOf(layer)]));
    const found = await ask<{ layers: Inside[] }>(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ shape: shapeOf(drawing), layers }),
    });
    body.replaceChildren(...(found.layers.some((each) => each.count) ? found.layers.map(row) : [make("p", { text: tell("nothingSelected") })]));
  } catch {
    body.replaceChildren(make("p", { text: tell("noAnswer") }));
  }
  box.focus({ preventScroll: true });
}

function shapeOf({ shape, places }: Drawing): object {
  const [first, second] = places;
  if (shape === "radius" && first && second) return { centre: first, radius_m: distance(first, second) };
  return { ring: ringOf(shape, places) };
}

function head(close: () => void): HTMLElement {
  const title = make("h2", { text: tell("selected"), attributes: { id: "map-box-title" } });
  return make("header", { class: "map-box-head" }, title, button(tell("clear"), "button", close));
}

function row(inside: Inside): HTMLElement {
  const words = make("p", { class: "map-inside" }, make("span", { text: inside.label }), make("strong", { text: thaiNumber(inside.count) }));
  const links = make("div", { class: "cluster" });
  if (inside.list) links.append(make("a", { class: "button button-primary", text: tell("list"), attributes: { href: inside.list } }));
  if (inside.xlsx) links.append(make("a", { class: "button", text: "XLSX", attributes: { href: inside.xlsx, download: "" } }));
  return make("div", { class: "stack" }, words, links);
}
