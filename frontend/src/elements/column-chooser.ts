/** <column-chooser> around the form of columns: at least one stays ticked, and the order follows data-move buttons. */
class ColumnChooser extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("change", () => this.keepOne());
    this.addEventListener("click", (event) => {
      const button = (event.target as Element).closest<HTMLElement>("[data-move]");
      const row = button?.closest<HTMLElement>("[data-column]");
      if (!button || !row) return;
      event.preventDefault();
      if (button.dataset.move === "up") row.previousElementSibling?.before(row);
      else row.nextElementSibling?.after(row);
      button.focus();
    });
    this.keepOne();
  }

  private keepOne(): void {
    const ticked = [...this.querySelectorAll<HTMLInputElement>('input[name="columns"]:checked')];
    for (const box of ticked) box.toggleAttribute("data-last", ticked.length === 1);
    const save = this.querySelector<HTMLButtonElement>('button[type="submit"]');
    if (save) save.disabled = ticked.length === 0;
  }
}
customElements.define("column-chooser", ColumnChooser);
