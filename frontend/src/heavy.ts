/** Elements too heavy for every page: their code comes when the first of them stands in the page. */
const heavy: Record<string, () => Promise<unknown>> = {
  "city-chart": () => import("./chart/city-chart"),
  "file-upload": () => import("./elements/file-upload"),
  "photo-input": () => import("./elements/photo-input"),
  "offline-draft": () => import("./elements/offline-draft"),
  "work-outbox": () => import("./elements/work-outbox"),
  "code-scanner": () => import("./elements/code-scanner"),
  "day-planner": () => import("./elements/day-planner"),
  "print-button": () => import("./elements/print-button"),
  "place-picker": () => import("./elements/place-picker"),
  "signature-pad": () => import("./elements/signature-pad"),
  "stock-count": () => import("./elements/stock-count"),
  ...mapElements(import.meta.glob("./map/map.ts")),
};

/** The map is built by its own folder; without it this object is empty. */
function mapElements(found: Record<string, () => Promise<unknown>>): Record<string, () => Promise<unknown>> {
  const load = found["./map/map.ts"];
  return load ? { "city-map": load, "shape-editor": () => import("./elements/shape-editor") } : {};
}

export function loadHeavyElements(root: HTMLElement): void {
  for (const [name, load] of Object.entries(heavy)) {
    if (customElements.get(name)) continue;
    const found = [...(root.matches(name) ? [root] : []), ...root.querySelectorAll(name)];
    // What is folded away costs nothing until somebody unfolds it.
    if (found.some((each) => !each.closest("details:not([open])"))) void load();
  }
}
document.addEventListener("toggle", (event) => loadHeavyElements(event.target as HTMLElement), true);
