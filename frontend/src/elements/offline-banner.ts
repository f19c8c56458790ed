/** <offline-banner> around its words, hidden while the network is there. */
class OfflineBanner extends HTMLElement {
  connectedCallback(): void {
    addEventListener("online", this.show);
    addEventListener("offline", this.show);
    this.show();
  }

  disconnectedCallback(): void {
    removeEventListener("online", this.show);
    removeEventListener("offline", this.show);
  }

  private show = (): void => {
    this.firstElementChild?.toggleAttribute("hidden", navigator.onLine);
  };
}
customElements.define("offline-banner", OfflineBanner);
