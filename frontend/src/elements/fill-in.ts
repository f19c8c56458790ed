/**
 * <fill-in> around buttons that write into fields of the page.
 *
 * data-fill='{"id": "value"}' sets fields by their id; data-add-to="id" with data-words adds words below what stands
 * in a text already; data-closes="id" empties the list that was chosen from. The fields say that they changed, as if somebody had typed.
 */
type Field = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

class FillIn extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", this.pressed);
  }

  private pressed = (event: Event): void => {
    const button = (event.target as Element).closest<HTMLButtonElement>("[data-fill], [data-add-to]");
    if (!button) return;
    if (button.dataset.addTo) this.add(button.dataset.addTo, button.dataset.words ?? "");
    if (button.dataset.fill) this.fill(JSON.parse(button.dataset.fill) as Record<string, string>);
    button.closest<HTMLDetailsElement>("details.drop")?.removeAttribute("open");
    if (button.dataset.closes) document.getElementById(button.dataset.closes)?.replaceChildren();
  };

  private add(id: string, words: string): void {
    const field = document.getElementById(id) as HTMLTextAreaElement | null;
    if (!field) return;
    field.value = [field.value.trimEnd(), words].filter(Boolean).join("\n");
    tell(field);
    field.focus();
  }

  private fill(values: Record<string, string>): void {
    for (const [id, value] of Object.entries(values)) {
      const field = document.getElementById(id) as Field | null;
      if (!field) continue;
      field.value = value;
    }
    // Told only when all are in: whoever listens to one of them reads the others too.
    for (const id of Object.keys(values)) {
      const field = document.getElementById(id) as Field | null;
      if (field) tell(field);
    }
  }
}

function tell(field: Field): void {
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}
customElements.define("fill-in", FillIn);
