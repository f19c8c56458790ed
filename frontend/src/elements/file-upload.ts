/**
 * <file-upload max-mb="200"> around a form with one file input: drop or choose, progress, cancel.
 * The server answers 2xx with a redirect address in HX-Redirect or as the final URL,
 * or 4xx with a page whose <main> replaces ours (the form with its errors).
 */
import { csrfToken, say } from "../words";

class FileUpload extends HTMLElement {
  private request: XMLHttpRequest | undefined;

  connectedCallback(): void {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.input.addEventListener("change", () => this.showName());
    this.querySelector("[data-cancel]")?.addEventListener("click", () => this.request?.abort());
    const zone = this.querySelector<HTMLElement>(".upload-zone");
    zone?.addEventListener("dragover", (event) => (event.preventDefault(), zone.classList.add("over")));
    zone?.addEventListener("dragleave", () => zone.classList.remove("over"));
    zone?.addEventListener("drop", (event) => {
      event.preventDefault();
      zone.classList.remove("over");
      if (event.dataTransfer?.files.length) this.input.files = event.dataTransfer.files;
      this.showName();
    });
  }

  disconnectedCallback(): void {
    this.request?.abort();
  }

  private get form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  private get input(): HTMLInputElement {
    return this.querySelector<HTMLInputElement>('input[type="file"]')!;
  }

  private showName(): void {
    const file = this.input.files?.[0];
    const name = this.querySelector("[data-file-name]");
    if (name) name.textContent = file ? `${file.name} (${(file.size / 1_048_576).toFixed(1)} MB)` : "";
  }

  private send(): void {
    const limit = Number(this.getAttribute("max-mb") ?? 0);
    const file = this.input.files?.[0];
    if (limit && file && file.size > limit * 1_048_576) return this.say(say("tooBig", limit));
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("POST", this.form.action);
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.setRequestHeader("X-Requested-With", "file-upload");
    request.upload.addEventListener("progress", (event) => this.progress(event.loaded, event.total));
    request.addEventListener("load", () => this.answered(request));
    request.addEventListener("error", () => this.ended(say("noAnswer")));
    request.addEventListener("abort", () => this.ended(say("cancelled")));
    this.busy(true);
    request.send(new FormData(this.form));
  }

  private progress(sent: number, total: number): void {
    const share = total ? Math.round((100 * sent) / total) : 0;
    const bar = this.querySelector("progress");
    if (bar) bar.value = share;
    this.say(share < 100 ? say("sending", share) : say("checking"));
  }

  private answered(request: XMLHttpRequest): void {
    const target = request.getResponseHeader("HX-Redirect");
    if (target) return location.assign(target);
    if (request.status < 300 && request.responseURL !== location.href) return location.assign(request.responseURL);
    const page = new DOMParser().parseFromString(request.responseText, "text/html");
    const fresh = page.querySelector("main");
    if (!fresh) return this.ended(say("wentWrong"));
    document.querySelector("main")!.replaceWith(fresh);
    window.htmx.process(fresh);
  }

  private busy(busy: boolean): void {
    this.querySelector("[data-progress]")?.toggleAttribute("hidden", !busy);
    for (const button of this.querySelectorAll<HTMLButtonElement>('button[type="submit"]')) button.disabled = busy;
  }

  private ended(words: string): void {
    this.busy(false);
    this.say(words);
  }

  private say(words: string): void {
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = words;
  }
}
customElements.define("file-upload", FileUpload);
