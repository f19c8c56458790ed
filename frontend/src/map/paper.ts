/** The map on A3 paper: drawn at about 190 dots per inch, kept as an image, with legend, scale and an editable title. */
import { Canvas } from "./canvas";
import { ask, type LegendEntry, type MapConfig } from "./config";
import { make } from "./dom";
import { AreaLabels } from "./labels";
import { legendList } from "./legend";
import { metresPerPixel, scaleBar } from "./scale";
import { View } from "./view";
import { tell } from "./words";
import { thaiNumber } from "../words";

const MM_PER_PIXEL = 25.4 / 96;

export async function onPaper(host: HTMLElement, config: MapConfig): Promise<Canvas> {
  const params = new URLSearchParams(location.search);
  const view = new View(config.layers, params);
  const container = host.querySelector<HTMLElement>("[data-map-canvas]") as HTMLElement;
  const canvas = new Canvas({ container, config, view, forPaper: true });
  const bounds = (params.get("bounds") ?? "").split(",").map(Number);
  if (bounds.length === 4 && bounds.every(Number.isFinite)) canvas.map.fitBounds(bounds as [number, number, number, number], { animate: false });
  editableTitle();
  await legends(canvas);
  const labels = new AreaLabels(canvas.map, config.layers, view);
  canvas.map.once("idle", async () => {
    await labels.show();
    scale(canvas);
    await keepAsImage(canvas, container);
    ready();
  });
  canvas.map.triggerRepaint(); // it may have fallen idle while the legends were asked for, and would stay silent
  return canvas;
}

function editableTitle(): void {
  const input = document.querySelector<HTMLInputElement>("[data-map-print-title-input]");
  const title = document.querySelector<HTMLElement>("[data-map-print-title]");
  if (!input || !title) return;
  const usual = title.textContent ?? "";
  input.addEventListener("input", () => (title.textContent = input.value.trim() || usual));
}

async function legends(canvas: Canvas): Promise<void> {
  const host = document.querySelector<HTMLElement>("[data-map-print-legend]");
  const shown = canvas.config.layers.filter((layer) => canvas.view.visible.has(layer.key));
  for (const layer of shown) {
    const query = canvas.view.queryOf(layer);
    const found = await ask<{ legend: LegendEntry[]; total: number }>(`/map/legend/${layer.key}/?${query}`).catch(() => null);
    if (!found) continue;
    canvas.legends[layer.key] = found.legend;
    const words = layer.geometry === "point" ? `${layer.label} (${thaiNumber(found.total)})` : layer.label;
    host?.append(make("h3", { text: words }), legendList(layer, found.legend));
  }
  canvas.refresh();
}

function scale(canvas: Canvas): void {
  const host = document.querySelector<HTMLElement>("[data-map-print-scale]");
  const ratio = (metresPerPixel(canvas.map) * 1000) / MM_PER_PIXEL;
  const rounded = Number(ratio.toPrecision(2));
  host?.append(scaleBar(canvas.map, 240), make("p", { text: tell("scale", thaiNumber(rounded)) }));
}

/** Printers and PDF writers take a picture more surely than a WebGL surface. */
async function keepAsImage(canvas: Canvas, container: HTMLElement): Promise<void> {
  const surface = canvas.map.getCanvas();
  const blob = await new Promise<Blob | null>((give) => surface.toBlob(give, "image/png"));
  if (!blob) return;
  const image = make("img", { class: "map-image", attributes: { alt: tell("mapName").split(" ")[0] ?? "" } });
  image.src = URL.createObjectURL(blob);
  await image.decode();
  container.append(image);
  surface.classList.add("map-surface-kept");
}

function ready(): void {
  const now = document.querySelector<HTMLButtonElement>("[data-map-print-now]");
  if (now) {
    now.disabled = false;
    now.addEventListener("click", () => print());
  }
  document.body.dataset.mapReady = "true";
}
