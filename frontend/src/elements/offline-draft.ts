/**
 * <offline-draft name="report" data-worker="/…/worker.js"> around one form with a hidden field "client_id".
 *
 * What is typed and the photos are kept on this device while one types, come back after a reload, and are sent when
 * there is a signal: the same client_id each time, so that the server takes one report. Drafts are forgotten after
 * seven days, after they arrived, or by a button, since phones are shared. Fields that carry data-not-kept are not.
 * [data-bound] says that the server filled the form (with its errors): then nothing is put back over it but photos.
 */
import { alone, bodyOf, type Draft, drafts, forget, freshToken, judge, keep, newId, SEND_TAG, sendWaiting } from "../offline/drafts";
import built from "../offline/worker?worker&url";
import { csrfToken, say } from "../words";

const KEEP_AFTER_MS = 400;
const TRY_AGAIN_MS = 30_000;
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

class OfflineDraft extends HTMLElement {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setInterval> | undefined;
  private outbox = document.createElement("div");
  private cannotKeep = false;

  connectedCallback(): void {
    this.outbox.className = "drafts";
    this.prepend(this.outbox);
    this.form.addEventListener("submit", this.submitted);
    for (const name of ["input", "change"]) this.form.addEventListener(name, this.changed);
    // Without a signal the look for like reports fails; a toast for each would only be in the way.
    this.addEventListener("htmx:sendError", (event) => event.stopPropagation());
    addEventListener("online", this.sendAll);
    addEventListener("pageshow", this.cameBack);
    navigator.serviceWorker?.addEventListener("message", this.showOutbox);
    this.again = setInterval(this.sendAll, TRY_AGAIN_MS);
    void this.begin();
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
    clearInterval(this.again);
    removeEventListener("online", this.sendAll);
    removeEventListener("pageshow", this.cameBack);
    navigator.serviceWorker?.removeEventListener("message", this.showOutbox);
  }

  private get form(): HTMLFormElement {
    return this.querySelector("form")!;
  }

  private get clientId(): HTMLInputElement {
    return this.form.elements.namedItem("client_id") as HTMLInputElement;
  }

  private get name(): string {
    return this.getAttribute("name") ?? location.pathname;
  }

  private async begin(): Promise<void> {
    const found = await drafts(this.name).catch(() => this.noRoom());
    const bound = this.hasAttribute("data-bound");
    // A page from the device's shelf holds an id that was used before: each report gets one of its own.
    if (!bound || !this.clientId.value) this.clientId.value = newId();
    const draft = bound ? found.find((each) => each.id === this.clientId.value) : found.find((each) => each.state === "typing" || each.state === "refused");
    if (draft) this.restore(draft, bound);
    await this.showOutbox();
    await this.sendAll();
    void this.readyForNoSignal();
  }

  private noRoom(): Draft[] {
    this.cannotKeep = true;
    return [];
  }

  // ── keeping ───────────────────────────────────────────────────────────────────────────────────

  private changed = (): void => {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keepTyped(), KEEP_AFTER_MS);
  };

  private async keepTyped(): Promise<void> {
    const draft = this.typed("typing");
    if (!this.isWorthKeeping(draft)) return;
    await keep(draft).catch(() => this.noRoom());
    this.showDelete();
  }

  private typed(state: Draft["state"]): Draft {
    const fields: Draft["fields"] = [];
    const photos: Draft["photos"] = [];
    for (const [name, value] of new FormData(this.form)) {
      if (name === "csrfmiddlewaretoken" || this.isNotKept(name)) continue;
      if (typeof value === "string") fields.push([name, value]);
      else if (value.size) photos.push({ field: name, name: value.name, file: value });
    }
    const { href } = location;
    return { id: this.clientId.value, form: this.name, page: href.split("#")[0]!, action: this.form.action, fields, photos, savedAt: Date.now(), state };
  }

  private isNotKept(name: string): boolean {
    return Boolean(this.form.querySelector(`[name="${CSS.escape(name)}"][data-not-kept]`));
  }

  /** Hidden fields are the form's own; only what a person wrote, chose or took counts. */
  private isWorthKeeping(draft: Draft): boolean {
    const written = [...this.form.querySelectorAll<Control>("textarea, input:not([type=hidden], [type=file], [type=radio], [type=checkbox])")];
    return draft.photos.length > 0 || written.some((each) => each.value.trim() !== "" && !each.hasAttribute("data-not-kept"));
  }

  /** The server would refuse a form without its words: say so at once where it cannot be asked. */
  private lacksWords(draft: Draft): boolean {
    const needed = [...this.form.querySelectorAll<Control>("[data-needed]")].filter((each) => !each.value.trim());
    if (!needed[0] || draft.fields.some(([name, value]) => name === "joins" && value)) return false;
    needed[0].focus();
    return true;
  }

  private restore(draft: Draft, onlyPhotos: boolean): void {
    this.clientId.value = draft.id;
    if (!onlyPhotos) for (const control of this.form.querySelectorAll<Control>("[name]")) this.fill(control, draft);
    const input = this.form.querySelector<HTMLInputElement>('input[type="file"][name]');
    if (input && draft.photos.length) {
      const chosen = new DataTransfer();
      for (const { name, file } of draft.photos) chosen.items.add(new File([file], name, { type: file.type }));
      input.files = chosen.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    if (!onlyPhotos) this.say(say("draftFound"));
    this.showDelete();
  }

  private fill(control: Control, draft: Draft): void {
    if (control.type === "file" || control.name === "csrfmiddlewaretoken" || control.hasAttribute("data-not-kept")) return;
    const values = draft.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control instanceof HTMLInputElement && ["radio", "checkbox"].includes(control.type)) control.checked = values.includes(control.value);
    else if (values[0] !== undefined) control.value = values[0];
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  private showDelete(): void {
    const button = this.querySelector<HTMLButtonElement>("[data-delete-draft]");
    if (!button) return;
    button.hidden = false;
    button.onclick = () => void this.deleteTyped();
  }

  private async deleteTyped(): Promise<void> {
    clearTimeout(this.timer);
    await forget(this.clientId.value).catch(() => null);
    this.startAnew();
    this.say(say("draftDeleted"));
    this.form.querySelector<HTMLElement>("textarea, input:not([type=hidden])")?.focus();
  }

  private startAnew(): void {
    this.form.reset();
    for (const hidden of this.form.querySelectorAll<HTMLInputElement>("input[type=hidden][data-place]")) hidden.value = "";
    this.clientId.value = newId();
    this.querySelector<HTMLElement>("[data-delete-draft]")?.toggleAttribute("hidden", true);
    this.form.dispatchEvent(new CustomEvent("form-emptied", { bubbles: true }));
  }

  // ── sending ───────────────────────────────────────────────────────────────────────────────────

  private submitted = (event: SubmitEvent): void => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    clearTimeout(this.timer);
    void this.sendTyped(event.submitter as HTMLButtonElement | null);
  };

  private async sendTyped(pressed: HTMLButtonElement | null): Promise<void> {
    this.busy(true);
    await this.querySelector<HTMLElement & { settled?: Promise<unknown> }>("photo-input")?.settled;
    const draft = this.typed("waiting");
    if (pressed?.name) draft.fields.push([pressed.name, pressed.value]);
    const isKept = await keep(draft).then(
      () => true,
      () => false,
    );
    const answer = await alone(() => this.post(draft));
    const state = answer ? judge(draft, answer.status, answer.responseURL) : "waiting";
    if (answer && state === "sent") {
      await forget(draft.id).catch(() => null);
      this.say(say("draftSent"));
      return location.assign(answer.responseURL);
    }
    this.busy(false);
    if (answer && (state === "refused" || answer.status === 429)) return this.showAnswer(draft, answer.responseText);
    if (!isKept) return this.say(say("draftNoRoom"));
    if (this.lacksWords(draft)) {
      await (this.isWorthKeeping(draft) ? keep({ ...draft, state: "typing" }) : forget(draft.id));
      return this.say(say("draftNeedsWords"));
    }
    await this.wait();
  }

  /** Nothing got through: the draft waits, and the form is free for another. */
  private async wait(): Promise<void> {
    this.startAnew();
    await this.showOutbox();
    const background = await this.askForSync();
    this.say(say(background ? "draftWaits" : "draftWaitsOpen"));
    this.outbox.scrollIntoView({ block: "center" });
  }

  private async askForSync(): Promise<boolean> {
    const ready = navigator.serviceWorker?.controller ? await navigator.serviceWorker.ready : undefined;
    const { sync } = (ready ?? {}) as { sync?: { register(tag: string): Promise<void> } };
    return sync ? sync.register(SEND_TAG).then(() => true, () => false) : false;
  }

  private async post(draft: Draft): Promise<XMLHttpRequest | null> {
    const first = await this.request(draft, csrfToken());
    if (first?.status !== 403) return first;
    const token = await freshToken(draft.page).catch(() => "");
    return token ? this.request(draft, token) : first;
  }

  private request(draft: Draft, token: string): Promise<XMLHttpRequest | null> {
    return new Promise((resolve) => {
      const request = new XMLHttpRequest();
      request.open("POST", draft.action);
      request.setRequestHeader("X-Requested-With", "offline-draft");
      request.upload.addEventListener("progress", ({ loaded, total }) => this.progress(loaded, total));
      request.addEventListener("load", () => resolve(request));
      request.addEventListener("error", () => resolve(null));
      request.send(bodyOf(draft, token));
    });
  }

  private progress(sent: number, total: number): void {
    const share = total ? Math.round((100 * sent) / total) : 0;
    const bar = this.querySelector<HTMLProgressElement>("[data-progress] progress");
    if (bar) bar.value = share;
    this.say(share < 100 ? say("sending", share) : say("draftChecking"));
  }

  /** The server's page with its errors takes the place of ours; it says data-bound, and the photos come back. */
  private async showAnswer(draft: Draft, html: string): Promise<void> {
    await keep({ ...draft, state: "refused" }).catch(() => null);
    const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("main");
    if (!fresh) return this.say(say("wentWrong"));
    document.querySelector("main")!.replaceWith(fresh);
    window.htmx.process(fresh);
    fresh.querySelector<HTMLElement>("#error-summary, [role=alert]")?.focus();
    fresh.scrollIntoView();
  }

  private sendAll = async (): Promise<void> => {
    if (!navigator.onLine) return;
    const changed = await sendWaiting(this.name).catch(() => []); // no signal after all: the next try comes
    if (changed.length) await this.showOutbox();
  };

  /** "Back" may bring the page as it was when it was sent: the next report must not bear the same id. */
  private cameBack = (event: PageTransitionEvent): void => {
    if (!event.persisted) return;
    this.busy(false);
    this.startAnew();
    void this.showOutbox();
  };

  // ── telling ───────────────────────────────────────────────────────────────────────────────────

  private showOutbox = async (): Promise<void> => {
    const found = await drafts(this.name).catch(() => this.noRoom());
    const rows = found.filter((each) => each.state === "waiting" || each.state === "sent" || (each.state === "refused" && each.id !== this.clientId.value));
    this.outbox.replaceChildren(...rows.map((each) => this.row(each)));
    if (this.cannotKeep && !navigator.onLine) this.say(say("draftNoRoom"));
  };

  private row(draft: Draft): HTMLElement {
    const row = document.createElement("div");
    row.className = `callout ${draft.state === "sent" ? "callout-good" : "callout-warn"} draft`;
    row.setAttribute("role", "status");
    const words = document.createElement("p");
    const strong = document.createElement("strong");
    strong.textContent = say(draft.state === "sent" ? "draftSent" : draft.state === "refused" ? "draftRefused" : "draftWaits");
    words.append(strong);
    const begins = draft.fields.find(([name]) => name === "text")?.[1].trim().slice(0, 60);
    if (begins) words.append(` “${begins}”`);
    const tools = document.createElement("p");
    tools.className = "cluster";
    if (draft.state === "sent") tools.append(this.link(draft.receipt ?? location.href));
    if (draft.state === "refused") tools.append(this.button(say("draftOpen"), () => this.restore(draft, false)));
    tools.append(this.button(say(draft.state === "sent" ? "close" : "draftDelete"), () => forget(draft.id)));
    row.append(words, tools);
    return row;
  }

  private link(address: string): HTMLElement {
    const link = document.createElement("a");
    link.href = address;
    link.className = "button";
    link.textContent = say("draftReceipt");
    return link;
  }

  private button(words: string, act: () => unknown): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet";
    button.textContent = words;
    button.addEventListener("click", () => void Promise.resolve(act()).then(this.showOutbox));
    return button;
  }

  private busy(busy: boolean): void {
    this.querySelector("[data-progress]")?.toggleAttribute("hidden", !busy);
    for (const button of this.form.querySelectorAll<HTMLButtonElement>('button[type="submit"]')) button.disabled = busy;
  }

  private say(words: string): void {
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = words;
  }

  // ── opening again without a signal ────────────────────────────────────────────────────────────

  private async readyForNoSignal(): Promise<void> {
    const { worker } = this.dataset;
    if (!worker || !navigator.serviceWorker || !isSecureContext) return;
    // Served by the site at an address below the form's own, so that it may look after that page and no other.
    const version = built.split("/").at(-1) ?? "";
    await navigator.serviceWorker.register(`${worker}?v=${version}`).catch(() => null);
    const { active } = await navigator.serviceWorker.ready;
    const parts = performance.getEntriesByType("resource").map((each) => each.name);
    active?.postMessage({ keep: [location.origin + location.pathname, ...new Set(parts)] });
  }
}
customElements.define("offline-draft", OfflineDraft);
