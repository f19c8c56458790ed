/**
 * <place-picker> around a form's fields of place: where I am, a pin on a map, or words alone.
 *
 * Inputs by data-place: "lat" and "lng", or "shape" (GeoJSON: a point, a line or an area, for officers).
 * Buttons by data-act: "locate", "map", "clear"; they stay hidden without scripts, and the words still do.
 * data-bounds="west,south,east,north" is the town; data-config names what the map is drawn from. The map's code comes
 * only when someone asks for the map.
 */
import { loadHeavyElements } from "../heavy";
import { say } from "../words";

const PATIENCE_MS = 15_000;

class PlacePicker extends HTMLElement {
  connectedCallback(): void {
    for (const [name, act] of Object.entries({ locate: this.locate, map: this.showMap, clear: this.clear })) {
      const button = this.querySelector<HTMLButtonElement>(`[data-act="${name}"]`);
      if (!button) continue;
      button.hidden = name === "clear" || (name === "locate" && !navigator.geolocation);
      button.addEventListener("click", act);
    }
    this.addEventListener("change", this.told);
    this.closest("form")?.addEventListener("form-emptied", () => this.tell(""));
    if (this.isSet) this.tell(this.words());
    if (this.hasAttribute("data-open")) this.showMap();
  }

  private input(name: string): HTMLInputElement | null {
    return this.querySelector<HTMLInputElement>(`[data-place="${name}"]`);
  }

  private get isSet(): boolean {
    return Boolean(this.input("lat")?.value || this.input("shape")?.value);
  }

  private locate = (): void => {
    this.tell(say("placeLooking"));
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        this.write(coords.latitude, coords.longitude);
        this.tell(this.isInTown(coords.latitude, coords.longitude) ? say("placeFound", Math.max(5, Math.round(coords.accuracy))) : say("placeOutside"));
      },
      () => this.tell(say("placeUnknown")),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 },
    );
  };

  private write(lat: number, lng: number): void {
    const shape = this.input("shape");
    if (shape) shape.value = JSON.stringify({ type: "Point", coordinates: [Number(lng.toFixed(6)), Number(lat.toFixed(6))] });
    const [atLat, atLng] = [this.input("lat"), this.input("lng")];
    if (atLat) atLat.value = lat.toFixed(6);
    if (atLng) atLng.value = lng.toFixed(6);
    for (const input of [atLng, atLat, shape]) input?.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private clear = (): void => {
    for (const name of ["lat", "lng", "shape"]) {
      const input = this.input(name);
      if (!input) continue;
      input.value = "";
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.tell(say("placeCleared"));
  };

  private told = (event: Event): void => {
    if ((event.target as HTMLElement).hasAttribute("data-place")) this.tell(this.isSet ? this.words() : "");
  };

  private words(): string {
    const drawn = this.input("shape")?.value ?? "";
    if (drawn.includes('"LineString"')) return say("placeLineSet");
    if (drawn.includes('"Polygon"')) return say("placeAreaSet");
    const [lat, lng] = [Number(this.input("lat")?.value), Number(this.input("lng")?.value)];
    return drawn || this.isInTown(lat, lng) ? say("placeSet") : say("placeOutside");
  }

  private isInTown(lat: number, lng: number): boolean {
    const [west, south, east, north] = (this.dataset.bounds ?? "").split(",").map(Number);
    if (west === undefined || south === undefined || east === undefined || north === undefined) return true;
    return lng >= west && lng <= east && lat >= south && lat <= north;
  }

  private showMap = (): void => {
    const here = this.querySelector<HTMLElement>("[data-map-here]");
    if (!here || here.querySelector("city-map")) return;
    const map = document.createElement("city-map");
    map.className = "map-point";
    const shape = this.input("shape");
    if (shape) Object.assign(map.dataset, { mode: "shape", input: shape.id, shapes: this.dataset.shapes ?? "point line area" });
    else Object.assign(map.dataset, { mode: "point", inputLat: this.input("lat")?.id ?? "", inputLng: this.input("lng")?.id ?? "" });
    if (this.dataset.config) map.dataset.config = this.dataset.config;
    here.append(map);
    here.hidden = false;
    this.querySelector<HTMLElement>('[data-act="map"]')?.toggleAttribute("hidden", true);
    loadHeavyElements(here);
  };

  private tell(words: string): void {
    const status = this.querySelector("[data-place-status]");
    if (status) status.textContent = words;
    this.querySelector<HTMLElement>('[data-act="clear"]')?.toggleAttribute("hidden", !this.isSet);
  }
}
customElements.define("place-picker", PlacePicker);
