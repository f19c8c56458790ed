/** <copy-link data-text="…"> around a button: copies the text, or the address of this page. */
import { say } from "../words";

class CopyLink extends HTMLElement {
  connectedCallback(): void {
    this.addEventListener("click", () => void this.copy());
  }

  private async copy(): Promise<void> {
    await navigator.clipboard.writeText(this.dataset.text ?? location.href);
    document.dispatchEvent(new CustomEvent("toast", { detail: { level: "success", text: say("copied") } }));
  }
}
customElements.define("copy-link", CopyLink);
