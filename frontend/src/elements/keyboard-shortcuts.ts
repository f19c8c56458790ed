/**
 * <keyboard-shortcuts> around the help sheet <dialog>: "/" to the search box, "?" this sheet, "g" then a letter to a page.
 * Pages add their own with data-key="n" on a link or button.
 */
class KeyboardShortcuts extends HTMLElement {
  private going = false;

  connectedCallback(): void {
    document.addEventListener("keydown", this.onKey);
    document.addEventListener("click", this.onClick);
  }

  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.onKey);
    document.removeEventListener("click", this.onClick);
  }

  /** Opens any dialog by its id: <button data-open="menu-sheet">; closes by data-close inside one. */
  private onClick = (event: MouseEvent): void => {
    const target = event.target as Element;
    const opener = target.closest<HTMLElement>("[data-open]");
    if (opener) document.querySelector<HTMLDialogElement>(`dialog#${opener.dataset.open}`)?.showModal();
    else if (target.closest("[data-close]")) target.closest("dialog")?.close();
    else if (target instanceof HTMLDialogElement && target.classList.contains("sheet")) target.close(); // tap outside
  };

  private onKey = (event: KeyboardEvent): void => {
    const typing = (event.target as Element).closest("input, textarea, select, [contenteditable], city-map");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (this.going) {
      this.going = false;
      return this.press(`g ${event.key}`, event);
    }
    if (event.key === "/") return this.focusSearch(event);
    if (event.key === "?") return this.querySelector("dialog")?.showModal();
    if (event.key === "g") this.going = true;
    else this.press(event.key, event);
  };

  private focusSearch(event: KeyboardEvent): void {
    event.preventDefault();
    document.querySelector<HTMLInputElement>("#global-search")?.select();
    document.querySelector<HTMLInputElement>("#global-search")?.focus();
  }

  private press(key: string, event: KeyboardEvent): void {
    const target = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return;
    event.preventDefault();
    target.click();
  }
}
customElements.define("keyboard-shortcuts", KeyboardShortcuts);
