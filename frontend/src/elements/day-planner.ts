/**
 * <day-planner> around the crew calendar: a card (draggable, data-card) is dropped on a day ([data-drop] with data-on
 * and data-member), which fills and sends the card's own form. Without a mouse the same form stands in the card.
 */
class DayPlanner extends HTMLElement {
  private card: HTMLElement | null = null;

  connectedCallback(): void {
    this.addEventListener("dragstart", this.lifted);
    this.addEventListener("dragend", this.letGo);
    this.addEventListener("dragover", this.over);
    this.addEventListener("drop", this.dropped);
  }

  private lifted = (event: DragEvent): void => {
    this.card = (event.target as HTMLElement).closest?.<HTMLElement>("[data-card]") ?? null;
    if (!this.card) return;
    event.dataTransfer?.setData("text/plain", this.card.dataset.card ?? "");
    if (event.dataTransfer) event.dataTransfer.effectAllowed = "move";
    this.card.classList.add("lifted");
  };

  private letGo = (): void => {
    this.card?.classList.remove("lifted");
    this.mark(null);
    this.card = null;
  };

  private over = (event: DragEvent): void => {
    const place = this.placeOf(event);
    if (!this.card || !place) return;
    event.preventDefault();
    this.mark(place);
  };

  private dropped = (event: DragEvent): void => {
    const place = this.placeOf(event);
    const form = this.card?.querySelector<HTMLFormElement>("form[data-move]");
    if (!place || !form) return;
    event.preventDefault();
    this.fill(form, "planned_on", place.dataset.on ?? "");
    this.fill(form, "lead", place.dataset.member ?? "");
    form.requestSubmit();
  };

  private fill(form: HTMLFormElement, name: string, value: string): void {
    const control = form.elements.namedItem(name);
    if (!(control instanceof HTMLInputElement || control instanceof HTMLSelectElement)) return;
    // Somebody who is no longer in the crew stands in the calendar, not among the choices.
    if (control instanceof HTMLSelectElement && ![...control.options].some((each) => each.value === value)) return;
    control.value = value;
  }

  private placeOf(event: DragEvent): HTMLElement | null {
    return (event.target as HTMLElement).closest<HTMLElement>("[data-drop]");
  }

  private mark(place: HTMLElement | null): void {
    for (const each of this.querySelectorAll("[data-drop].over")) if (each !== place) each.classList.remove("over");
    place?.classList.add("over");
  }
}
export {};
customElements.define("day-planner", DayPlanner);
