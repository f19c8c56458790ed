/** <unsaved-guard> around a form: leaving with changed fields asks first. */
class UnsavedGuard extends HTMLElement {
  private touched = false;

  connectedCallback(): void {
    this.addEventListener("input", this.touch);
    this.addEventListener("submit", this.settle);
    addEventListener("beforeunload", this.ask);
  }

  disconnectedCallback(): void {
    removeEventListener("beforeunload", this.ask);
  }

  private touch = (): void => void (this.touched = true);
  private settle = (): void => void (this.touched = false);
  private ask = (event: BeforeUnloadEvent): void => {
    if (this.touched) event.preventDefault();
  };
}
customElements.define("unsaved-guard", UnsavedGuard);
