import { say, thaiNumber } from "../words";
import type { Figures } from "./figures";

/** The same figures as a table: for screen readers always, for everybody at a press. */
export function figuresTable(figures: Figures, title: string): HTMLElement {
  const wrap = Object.assign(document.createElement("div"), { className: "scroll-x" });
  const table = Object.assign(document.createElement("table"), { className: "table" });
  table.createCaption().textContent = title;
  const head = table.createTHead().insertRow();
  for (const [i, name] of [say("item"), ...figures.series.map((series) => series.name)].entries()) {
    const cell = Object.assign(document.createElement("th"), { textContent: name, scope: "col" });
    if (i) cell.className = "numeric";
    head.append(cell);
  }
  const body = table.createTBody();
  figures.labels.forEach((label, i) => {
    const row = body.insertRow();
    row.append(Object.assign(document.createElement("td"), { textContent: label }));
    for (const series of figures.series) {
      const value = series.values[i];
      row.append(Object.assign(document.createElement("td"), { className: "numeric", textContent: value == null ? "–" : thaiNumber(value) }));
    }
  });
  wrap.append(table);
  return wrap;
}
