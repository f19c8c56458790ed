/**
 * <shape-editor data-kind="point|line" data-points="id of a textarea" data-snap="/…/near.json" [data-at="id of a number"]>:
 * a map on which the shape written in the textarea is drawn and changed; the textarea alone is what is sent, so the form
 * works without this element. With data-at the shape stays, and a place along it is chosen for that number.
 */
import "maplibre-gl/dist/maplibre-gl.css";
import "../map/map.css";
import type { Canvas } from "../map/canvas";
import { mapConfig } from "../map/config";
import { button, make } from "../map/dom";
import { Editing, type Kind } from "../map/editing";
import { canvasIn } from "../map/small";
import { Snapper } from "../map/snap";
import { SplitPlace } from "../map/splitting";
import { readPlaces, writePlaces } from "../map/vertices";
import { tell } from "../map/words";

class ShapeEditor extends HTMLElement {
  private canvas: Canvas | null = null;
  private editing: Editing | null = null;
  private readonly status = make("p", { class: "shape-status", attributes: { role: "status" } });
  private readonly hint = make("p", { class: "soft shape-hint" });
  private buttons: Record<string, HTMLButtonElement> = {};
  private readonly stop = new AbortController();

  connectedCallback(): void {
    if (!this.canvas) void this.start();
  }

  disconnectedCallback(): void {
    setTimeout(() => {
      if (this.isConnected) return;
      this.stop.abort();
      this.canvas?.remove();
      this.canvas = null;
    });
  }

  private get text(): HTMLTextAreaElement | null {
    return document.getElementById(this.dataset.points ?? "") as HTMLTextAreaElement | null;
  }

  private async start(): Promise<void> {
    const { text } = this;
    if (!text) return;
    const frame = make("div", { class: "shape-map" });
    Object.assign(frame.dataset, { layers: this.dataset.layers ?? "town,areas", centreLng: this.dataset.centreLng ?? "", centreLat: this.dataset.centreLat ?? "" });
    this.append(frame);
    try {
      this.canvas = canvasIn(frame, await mapConfig(), tell("editorName"));
    } catch (problem) {
      console.warn(problem);
      frame.remove(); // the typed coordinates remain
      this.append(make("p", { class: "callout callout-warn", text: tell("noWebgl"), attributes: { role: "alert" } }));
      return;
    }
    if (this.dataset.at) this.choosePlace(text);
    else this.edit(text);
  }

  private choosePlace(text: HTMLTextAreaElement): void {
    const input = document.getElementById(this.dataset.at ?? "") as HTMLInputElement | null;
    if (!this.canvas || !input) return;
    this.append(this.status);
    new SplitPlace(this.canvas, readPlaces(text.value), input, (words) => (this.status.textContent = words));
  }

  private edit(text: HTMLTextAreaElement): void {
    const { canvas } = this;
    if (!canvas) return;
    const kind = (this.dataset.kind ?? "line") as Kind;
    const snapper = this.dataset.snap ? new Snapper(canvas.map, this.dataset.snap, () => this.editing?.draw()) : null;
    this.editing = new Editing(canvas, kind, readPlaces(text.value), snapper, () => this.show(text));
    this.append(this.tools(this.editing, kind), this.status, this.hint);
    canvas.map.once("load", () => this.editing?.fit());
    text.addEventListener("change", () => this.editing?.take(readPlaces(text.value)), { signal: this.stop.signal });
    document.addEventListener("keydown", (event) => this.shortcut(event), { signal: this.stop.signal });
    this.show(text);
  }

  private tools(editing: Editing, kind: Kind): HTMLElement {
    const add = (name: string, words: string, act: () => void) => (this.buttons[name] = button(words, "button", act));
    const row = make("div", { class: "cluster shape-tools" });
    if (kind === "line")
      row.append(
        add("extend", tell("extend"), () => {
          editing.isExtending = !editing.isExtending;
          this.show(this.text);
        }),
        add("delete", tell("deleteVertex"), () => editing.removeChosen()),
      );
    row.append(add("middle", tell("middleOfMap"), () => editing.addInMiddle()), add("undo", tell("undo"), () => editing.undo()), add("redo", tell("redo"), () => editing.redo()));
    if (kind === "line") row.append(add("turn", tell("turnRound"), () => editing.turnRound()), add("again", tell("startAgain"), () => editing.startAgain()));
    if (editing.snapper) row.append(this.snapSwitch(editing, editing.snapper));
    return row;
  }

  private snapSwitch(editing: Editing, snapper: Snapper): HTMLElement {
    const box = make("input", { type: "checkbox" });
    box.checked = true;
    box.addEventListener("change", () => {
      snapper.isOn = box.checked;
      editing.draw();
    });
    return make("label", { class: "choice" }, box, make("span", { text: tell("snap") }));
  }

  private shortcut(event: KeyboardEvent): void {
    if (!this.editing || !(event.ctrlKey || event.metaKey) || (event.target as Element).matches("input, textarea, select")) return;
    const key = event.key.toLowerCase();
    if (key === "z" && !event.shiftKey) this.editing.undo();
    else if (key === "y" || (key === "z" && event.shiftKey)) this.editing.redo();
    else return;
    event.preventDefault();
  }

  private show(text: HTMLTextAreaElement | null): void {
    const { editing, canvas } = this;
    if (!editing || !text) return;
    const { places, canUndo, canRedo } = editing.vertices;
    const written = writePlaces(places);
    // Typed text stays as it was typed until the map changes something.
    if (writePlaces(readPlaces(text.value)) !== written) {
      text.value = written;
      text.dispatchEvent(new Event("input", { bubbles: true }));
    }
    this.status.textContent = editing.words;
    this.hint.textContent = this.advice(editing);
    canvas?.map.getContainer().classList.toggle("map-drawing", editing.isExtending || editing.kind === "point");
    this.buttons.extend?.setAttribute("aria-pressed", String(editing.isExtending));
    this.enable("delete", editing.chosen !== null);
    this.enable("undo", canUndo);
    this.enable("redo", canRedo);
    this.enable("turn", places.length > 1);
    this.enable("again", places.length > 0);
  }

  private advice(editing: Editing): string {
    if (editing.kind === "point") return tell("placePoint");
    if (!editing.vertices.places.length) return tell("placeFirst");
    return tell(editing.isExtending ? "extendOn" : "editLine");
  }

  private enable(name: string, can: boolean): void {
    const each = this.buttons[name];
    if (each) each.disabled = !can;
  }
}
customElements.define("shape-editor", ShapeEditor);
