/** <print-button hidden> around a button: prints the page. Without scripts there is nothing to press. */
class PrintButton extends HTMLElement {
  connectedCallback(): void {
    this.hidden = false;
    this.addEventListener("click", () => print());
  }
}
customElements.define("print-button", PrintButton);
export {};
