/** <toast-region>: says what happened. Fed by the server's messages, by HX-Trigger {"toast": {level, text}}, and by failures. */
import { say } from "../words";

type Toast = { level?: string; text: string };
const STAYS_MS = 7000;

class ToastRegion extends HTMLElement {
  connectedCallback(): void {
    for (const toast of this.querySelectorAll<HTMLElement>(".toast")) this.arm(toast);
    document.addEventListener("toast", this.hear);
    document.addEventListener("toasts", this.hear);
    document.addEventListener("htmx:responseError", this.failed);
    document.addEventListener("htmx:sendError", this.failed);
    document.addEventListener("htmx:timeout", this.failed);
  }

  disconnectedCallback(): void {
    for (const name of ["toast", "toasts"]) document.removeEventListener(name, this.hear);
    for (const name of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) document.removeEventListener(name, this.failed);
  }

  private hear = (event: Event): void => {
    const detail = (event as CustomEvent).detail as Toast & { value?: Toast[] };
    for (const toast of Array.isArray(detail.value) ? detail.value : [detail]) this.show(toast);
  };

  private failed = (event: Event): void => {
    const request = (event as CustomEvent<{ xhr?: XMLHttpRequest }>).detail.xhr;
    if (request?.getResponseHeader("HX-Trigger")?.includes("toast")) return; // the server said it better
    const words: Record<number, string> = { 0: say("noAnswer"), 401: say("signedOut"), 403: say("notAllowed"), 429: say("tooMany") };
    this.show({ level: "error", text: words[request?.status ?? 0] ?? say("wentWrong") });
  };

  private show({ level = "info", text }: Toast): void {
    const shape = this.querySelector<HTMLTemplateElement>(`template[data-level="${level}"]`) ?? this.querySelector("template");
    const toast = shape?.content.firstElementChild?.cloneNode(true) as HTMLElement | undefined;
    if (!toast) return;
    toast.querySelector(".toast-text")!.textContent = text;
    this.append(toast);
    this.arm(toast);
  }

  private arm(toast: HTMLElement): void {
    toast.querySelector("button")?.addEventListener("click", () => toast.remove());
    if (toast.classList.contains("toast-error")) return; // bad news waits to be read
    let timer = setTimeout(() => toast.remove(), STAYS_MS);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => (timer = setTimeout(() => toast.remove(), STAYS_MS)));
  }
}
customElements.define("toast-region", ToastRegion);
