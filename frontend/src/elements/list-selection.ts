/**
 * <list-selection> around a table with tick boxes (name="selected") and a bar [data-bulk-bar].
 * Shift-click takes a range. [data-all-matching] widens the choice to every row of the filter.
 */
import { say, thaiNumber } from "../words";

class ListSelection extends HTMLElement {
  private last: HTMLInputElement | undefined;

  connectedCallback(): void {
    this.addEventListener("change", this.onChange);
    this.addEventListener("click", this.onClick);
    this.show();
  }

  private get boxes(): HTMLInputElement[] {
    return [...this.querySelectorAll<HTMLInputElement>('input[name="selected"]')];
  }

  private onChange = (event: Event): void => {
    const box = event.target as HTMLInputElement;
    if (box.matches("[data-select-page]")) for (const each of this.boxes) each.checked = box.checked;
    if (box.matches('[data-select-page], [name="selected"]')) this.widen(false);
    this.show();
  };

  private onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    if (target.matches("[data-all-matching]")) this.widen(true);
    else if (target.matches("[data-select-none]")) this.clear();
    else if (target.matches('input[name="selected"]')) this.range(target as HTMLInputElement, event.shiftKey);
    else return;
    this.show();
  };

  private range(box: HTMLInputElement, shift: boolean): void {
    const [from, to] = [this.boxes.indexOf(this.last ?? box), this.boxes.indexOf(box)].sort((a, b) => a - b);
    if (shift && from !== undefined && from >= 0) for (const each of this.boxes.slice(from, to! + 1)) each.checked = box.checked;
    this.last = box;
  }

  private widen(all: boolean): void {
    const field = this.querySelector<HTMLInputElement>('input[name="all_matching"]');
    if (field) field.value = all ? "1" : "";
  }

  private clear(): void {
    for (const box of this.querySelectorAll<HTMLInputElement>('[data-select-page], [name="selected"]')) box.checked = false;
    this.widen(false);
  }

  private show(): void {
    const chosen = this.boxes.filter((box) => box.checked);
    const all = this.querySelector<HTMLInputElement>('input[name="all_matching"]')?.value === "1";
    for (const box of this.boxes) box.closest("tr")?.classList.toggle("selected", box.checked);
    const bar = this.querySelector<HTMLElement>("[data-bulk-bar]");
    if (!bar) return;
    bar.hidden = chosen.length === 0;
    bar.querySelector("[data-chosen]")!.textContent = all
      ? (bar.dataset.allWords ?? "")
      : say("chosen", thaiNumber(chosen.length));
    const widen = bar.querySelector<HTMLElement>("[data-all-matching]");
    if (widen) widen.hidden = all || chosen.length < this.boxes.length;
    const page = this.querySelector<HTMLInputElement>("[data-select-page]");
    if (page) {
      page.checked = chosen.length > 0 && chosen.length === this.boxes.length;
      page.indeterminate = chosen.length > 0 && !page.checked;
    }
  }
}
customElements.define("list-selection", ListSelection);
