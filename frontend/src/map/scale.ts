/** A scale bar in metres and kilometres, in round numbers. */
import type { Map as LibreMap } from "maplibre-gl";
import { make } from "./dom";
import { distance, lengthWords, type Place } from "./measure";

export function metresPerPixel(map: LibreMap): number {
  const { clientWidth, clientHeight } = map.getContainer();
  const place = (x: number): Place => {
    const { lng, lat } = map.unproject([x, clientHeight / 2]);
    return [lng, lat];
  };
  const middle = clientWidth / 2;
  return distance(place(middle - 50), place(middle + 50)) / 100;
}

export function roundBelow(metres: number): number {
  const power = 10 ** Math.floor(Math.log10(metres));
  return ([5, 2, 1].find((step) => step * power <= metres) ?? 1) * power;
}

export function scaleBar(map: LibreMap, widest = 120): HTMLElement {
  const bar = make("span", { class: "map-scale-bar" });
  const words = make("span", { class: "map-scale-words" });
  const element = make("div", { class: "map-scale" }, bar, words);
  const measure = () => {
    const perPixel = metresPerPixel(map);
    const metres = roundBelow(perPixel * widest);
    bar.style.setProperty("--bar", `${metres / perPixel}px`);
    words.textContent = lengthWords(metres);
  };
  map.on("move", measure);
  map.on("resize", measure);
  measure();
  return element;
}
