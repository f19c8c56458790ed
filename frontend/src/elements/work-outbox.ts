/**
 * <work-outbox data-owner data-day data-acts data-token data-worker data-pages data-order data-number> around the day's
 * list, or the page of one stop: its forms work without a signal.
 *
 * A form with data-act="start" (tick, photo, time, finish …) is an act: kept on this device first, then sent, in order
 * (offline/acts.ts). [data-auto] sends when its control changes. A part's form (hidden field "act") is htmx's while
 * there is a signal, ours when there is none. [data-states] is shown while the work is in one of these states, as far
 * as what waits here tells; [data-fresh] is fetched anew when acts arrived, unless somebody is writing in it.
 */
import { type Act, ACTS_TAG, actsOf, daysOld, forget, keep, sendActs } from "../offline/acts";
import built from "../offline/day-worker?worker&url";
import { newId } from "../offline/drafts";
import { say } from "../words";

const TRY_AGAIN_MS = 30_000;
const NEXT_STATE: Record<string, string> = { start: "in_progress", resume: "in_progress", await_parts: "awaiting_parts", finish: "done" };
const NOT_SENT = new Set(["csrfmiddlewaretoken", "act_id", "act_kind", "work_order", "owner", "made_at"]);
type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

class WorkOutbox extends HTMLElement {
  private readonly box = document.createElement("div");
  private again: ReturnType<typeof setInterval> | undefined;
  private isSignedOut = false;

  connectedCallback(): void {
    this.box.className = "outbox";
    this.prepend(this.box);
    this.addEventListener("submit", this.submitted, true);
    this.addEventListener("change", this.changed);
    this.addEventListener("input", this.touched);
    this.addEventListener("htmx:sendError", this.notSent);
    addEventListener("online", this.send);
    navigator.serviceWorker?.addEventListener("message", this.heard);
    this.again = setInterval(this.send, TRY_AGAIN_MS);
    for (const each of this.querySelectorAll("[data-auto] [type=submit]")) each.toggleAttribute("hidden", true);
    void this.begin();
  }

  disconnectedCallback(): void {
    clearInterval(this.again);
    removeEventListener("online", this.send);
    navigator.serviceWorker?.removeEventListener("message", this.heard);
  }

  private get owner(): string {
    return this.dataset.owner ?? "";
  }

  private async begin(): Promise<void> {
    await this.show();
    await this.send();
    await this.readyForNoSignal();
  }

  // ── taking acts ───────────────────────────────────────────────────────────────────────────────

  private submitted = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    const isPart = this.isPart(form) && !navigator.onLine;
    if (!form.dataset.act && !isPart) return;
    event.preventDefault();
    event.stopPropagation();
    if (form.reportValidity()) void this.takeFrom(form, event.submitter as HTMLButtonElement | null);
  };

  private changed = (event: Event): void => {
    const form = (event.target as HTMLElement).closest<HTMLFormElement>("form[data-auto]");
    if (form && form.reportValidity()) void this.takeFrom(form, null);
  };

  private touched = (event: Event): void => {
    (event.target as HTMLElement).closest("form")?.setAttribute("data-touched", "");
  };

  /** The signal went while htmx was sending: the act keeps the id it was sent with, so it is done once. */
  private notSent = (event: Event): void => {
    const form = event.target as HTMLElement;
    if (!(form instanceof HTMLFormElement) || !this.isPart(form)) return;
    event.stopPropagation();
    const { requestConfig } = (event as CustomEvent).detail as { requestConfig?: { triggeringEvent?: SubmitEvent } };
    void this.takeFrom(form, (requestConfig?.triggeringEvent?.submitter as HTMLButtonElement | undefined) ?? null);
  };

  private isPart(form: HTMLFormElement): boolean {
    return form.matches("#parts-panel form") && form.elements.namedItem("act") !== null;
  }

  private async takeFrom(form: HTMLFormElement, pressed: HTMLButtonElement | null): Promise<void> {
    await form.querySelector<HTMLElement & { settled?: Promise<unknown> }>("photo-input")?.settled;
    const acts = this.read(form, pressed);
    if (!acts.length) return;
    try {
      for (const act of acts) await keep(act);
    } catch {
      return this.say(say("actNoRoom"));
    }
    form.removeAttribute("data-touched");
    if (!form.hasAttribute("data-auto")) this.empty(form);
    this.say(say(navigator.onLine ? "actWaits" : "actKept"));
    await this.show();
    await this.send();
    if ((await actsOf(this.owner)).length) await this.askForSync();
  }

  private read(form: HTMLFormElement, pressed: HTMLButtonElement | null): Act[] {
    const fields: [string, string][] = [];
    const photos: File[] = [];
    const boxes = new Set([...form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")].map((each) => each.name));
    for (const [name, value] of new FormData(form)) {
      if (typeof value !== "string") value.size && photos.push(value);
      else if (!NOT_SENT.has(name)) fields.push([name, value]);
    }
    // An empty box says "no longer", which a form would leave out.
    for (const name of boxes) if (!fields.some(([given]) => given === name)) fields.push([name, ""]);
    if (pressed?.name) fields.push([pressed.name, pressed.value]);
    const kind = form.dataset.act ?? "part";
    const given = fields.find(([name]) => name === "act")?.[1];
    const make = (photo?: File, place = 0): Act => ({
      id: given || newId(),
      owner: this.owner,
      order: this.dataset.order ?? form.dataset.order ?? "",
      kind,
      words: [this.dataset.number, this.wordsOf(form, pressed, fields)].filter(Boolean).join(" · "),
      fields,
      ...(photo ? { photo: { name: photo.name, file: photo } } : {}),
      madeAt: Date.now() + place,
      state: "waiting",
    });
    if (kind === "photo") return photos.map((photo, place) => make(photo, place));
    return [make()];
  }

  private wordsOf(form: HTMLFormElement, pressed: HTMLButtonElement | null, fields: [string, string][]): string {
    const title = form.dataset.words ?? form.closest("article")?.querySelector("h3")?.textContent?.trim() ?? "";
    const said = fields.find(([name]) => ["result", "note", "answer", "value", "minutes", "quantity"].includes(name))?.[1].trim().slice(0, 60);
    const verb = form.dataset.act ? "" : (pressed?.textContent?.trim() ?? "");
    return [verb, title, said && said !== "yes" ? said : ""].filter(Boolean).join(" ");
  }

  private empty(form: HTMLFormElement): void {
    form.reset();
    form.dispatchEvent(new CustomEvent("form-emptied", { bubbles: true }));
    form.closest("details")?.removeAttribute("open");
    // A part's form carries the id of its next act.
    const next = form.elements.namedItem("act");
    if (next instanceof HTMLInputElement) next.value = newId();
  }

  // ── sending ───────────────────────────────────────────────────────────────────────────────────

  private send = async (): Promise<void> => {
    const before = await actsOf(this.owner).catch(() => []);
    if (!navigator.onLine || !before.some((each) => each.state === "waiting")) return;
    const { acts, token } = this.dataset;
    if (!acts || !token) return;
    const outcome = await sendActs({ acts, token }, this.show).catch(() => "unreachable");
    this.isSignedOut = outcome === "signed-out";
    await this.arrived(before);
  };

  private heard = (): void => void actsOf(this.owner).then((now) => this.arrived(now, true), () => null);

  private async arrived(before: Act[], anyway = false): Promise<void> {
    const left = await actsOf(this.owner).catch(() => before);
    const settled = before.filter((act) => !left.some((each) => each.id === act.id && each.state === act.state));
    if (settled.length || anyway) {
      if (settled.some((act) => !left.some((each) => each.id === act.id))) this.say(say("actSent"));
      await this.refresh();
    }
    await this.show();
  }

  private async askForSync(): Promise<void> {
    const ready = navigator.serviceWorker?.controller ? await navigator.serviceWorker.ready : undefined;
    const { sync } = (ready ?? {}) as { sync?: { register(tag: string): Promise<void> } };
    await sync?.register(ACTS_TAG).catch(() => null);
  }

  /** Fetch the page again and put its fresh parts in place of ours; what somebody is writing stays. */
  private async refresh(): Promise<void> {
    const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin", redirect: "error" }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const ours of this.querySelectorAll<HTMLElement>("[data-fresh][id]")) {
      if (ours.querySelector("form[data-touched]") || ours.contains(document.activeElement)) continue;
      const theirs = fresh.getElementById(ours.id);
      if (!theirs) continue;
      ours.replaceWith(theirs);
      window.htmx.process(theirs);
      for (const each of theirs.querySelectorAll("[data-auto] [type=submit]")) each.toggleAttribute("hidden", true);
    }
    const state = fresh.querySelector<HTMLElement>("work-outbox")?.dataset.state;
    if (state) this.dataset.state = state;
    void this.shelve([location.origin + location.pathname]);
  }

  // ── showing ───────────────────────────────────────────────────────────────────────────────────

  private show = async (): Promise<void> => {
    const acts = await actsOf(this.owner).catch(() => []);
    this.showBox(acts);
    const mine = acts.filter((each) => each.order === this.dataset.order);
    this.showState(mine);
    for (const act of mine) if (act.kind === "check") this.showCheck(act);
    for (const row of this.querySelectorAll<HTMLElement>("[data-stop]")) {
      const waits = acts.filter((each) => each.order === row.dataset.stop);
      const mark = row.querySelector<HTMLElement>("[data-waits]");
      if (!mark) continue;
      mark.hidden = !waits.length;
      mark.textContent = waits.length ? say("actsWaiting", waits.length) : "";
    }
  };

  private showState(acts: Act[]): void {
    const waiting = acts.filter((each) => each.state === "waiting" && NEXT_STATE[each.kind]);
    const state = NEXT_STATE[waiting.at(-1)?.kind ?? ""] ?? this.dataset.state ?? "";
    for (const each of this.querySelectorAll<HTMLElement>("[data-states]")) each.hidden = !each.dataset.states!.split(" ").includes(state);
    for (const each of this.querySelectorAll<HTMLElement>("[data-state-waits]")) each.hidden = !waiting.length;
  }

  private showCheck(act: Act): void {
    const id = act.fields.find(([name]) => name === "check")?.[1] ?? "";
    const answer = act.fields.find(([name]) => name === "answer")?.[1] ?? "";
    const form = this.querySelector<HTMLFormElement>(`form[data-check="${CSS.escape(id)}"]`);
    const control = form?.elements.namedItem("answer");
    if (!form || act.state === "refused") return;
    if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = answer === control.value;
    else if (control instanceof HTMLInputElement && document.activeElement !== control) control.value = answer;
    form.dataset.waits = "";
  }

  private showBox(acts: Act[]): void {
    const waiting = acts.filter((each) => each.state === "waiting").length;
    for (const each of this.querySelectorAll<HTMLElement>("form[data-waits]")) if (!waiting) delete each.dataset.waits;
    const open = this.box.querySelector("details")?.open ?? false;
    if (!acts.length) return this.box.replaceChildren();
    const details = document.createElement("details");
    const refused = acts.length - waiting;
    details.className = `outbox-box${refused ? " outbox-bad" : ""}`;
    details.open = open || refused > 0;
    const summary = document.createElement("summary");
    summary.setAttribute("role", "status");
    summary.textContent = [waiting ? say("actsWaiting", waiting) : "", refused ? say("actsRefused", refused) : ""].filter(Boolean).join(" · ");
    const list = document.createElement("ul");
    list.className = "outbox-list";
    list.append(...acts.map((each) => this.row(each)));
    details.append(summary, ...(this.isSignedOut ? [this.line(say("actsSignedOut"))] : []), list);
    if (waiting) details.append(this.button(say("actSend"), () => this.send(), "button"));
    this.box.replaceChildren(details);
  }

  private row(act: Act): HTMLElement {
    const row = document.createElement("li");
    const time = new Date(act.madeAt).toLocaleTimeString("th-TH", { hour: "2-digit", minute: "2-digit" });
    const days = daysOld(act);
    row.append(this.line([days > 0 ? say("actOld", days) : "", time, act.words].filter(Boolean).join(" ")));
    // What waits is sent by itself; once a day has gone by the person may also give it up.
    if (act.state === "waiting" && days < 1) return row;
    if (act.state === "refused") row.append(this.line(act.reason || say("wentWrong"), "outbox-reason"));
    const tools = document.createElement("p");
    tools.className = "cluster";
    if (act.state === "refused") tools.append(this.button(say("actAgain"), () => this.tryAgain(act)));
    if (act.state === "refused" && this.formFor(act)) tools.append(this.button(say("actBack"), () => this.putBack(act)));
    tools.append(this.button(say("actDelete"), () => forget(act.id).then(this.show)));
    row.append(tools);
    return row;
  }

  /** The server remembers what it refused: tried again, it is an act of its own, at the end of the queue. */
  private async tryAgain(act: Act): Promise<void> {
    const fields = act.fields.filter(([name]) => name !== "act");
    await keep({ ...act, id: newId(), fields, state: "waiting", reason: undefined, madeAt: Date.now() });
    await forget(act.id);
    await this.show();
    await this.send();
  }

  private formFor(act: Act): HTMLFormElement | null {
    if (act.order !== this.dataset.order) return null;
    const check = act.fields.find(([name]) => name === "check")?.[1];
    const part = act.fields.find(([name]) => name === "part")?.[1];
    if (check) return this.querySelector(`form[data-check="${CSS.escape(check)}"]`);
    if (part) return this.querySelector<HTMLInputElement>(`#parts-panel input[name="part"][value="${CSS.escape(part)}"]`)?.form ?? null;
    return this.querySelector(`form[data-act="${CSS.escape(act.kind)}"]`);
  }

  private async putBack(act: Act): Promise<void> {
    const form = this.formFor(act);
    if (!form) return;
    for (const control of form.querySelectorAll<Control>("[name]")) {
      const value = act.fields.find(([name]) => name === control.name)?.[1];
      if (value === undefined || control.type === "hidden" || control.type === "file" || control.type === "submit") continue;
      if (control instanceof HTMLInputElement && control.type === "checkbox") control.checked = control.value === value;
      else control.value = value;
    }
    const input = form.querySelector<HTMLInputElement>('input[type="file"][name]');
    if (input && act.photo) {
      const chosen = new DataTransfer();
      chosen.items.add(new File([act.photo.file], act.photo.name, { type: act.photo.file.type }));
      input.files = chosen.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    form.setAttribute("data-touched", "");
    form.closest("details")?.setAttribute("open", "");
    form.closest<HTMLElement>("[data-states]")?.removeAttribute("hidden");
    await forget(act.id);
    await this.show();
    form.closest<HTMLElement>("[data-states]")?.removeAttribute("hidden");
    form.querySelector<HTMLElement>("textarea, input:not([type=hidden])")?.focus();
  }

  private line(words: string, look = ""): HTMLElement {
    const line = document.createElement("p");
    if (look) line.className = look;
    line.textContent = words;
    return line;
  }

  private button(words: string, act: () => unknown, look = "button button-quiet"): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = look;
    button.textContent = words;
    button.addEventListener("click", () => void act());
    return button;
  }

  private say(words: string): void {
    const status = this.querySelector("[data-status]");
    if (status) status.textContent = words;
  }

  // ── opening again without a signal ────────────────────────────────────────────────────────────

  private async readyForNoSignal(): Promise<void> {
    const { worker } = this.dataset;
    if (!worker || !navigator.serviceWorker || !isSecureContext) return;
    await navigator.serviceWorker.register(`${worker}?v=${built.split("/").at(-1) ?? ""}`).catch(() => null);
    // The list has no photo to take, but the stops that are kept with it have.
    await import("./photo-input").catch(() => null);
    await this.shelve([]);
  }

  private async shelve(changed: string[]): Promise<void> {
    const { owner, day, pages } = this.dataset;
    if (!owner || !day || !pages || !navigator.serviceWorker || !isSecureContext) return;
    const { active } = await navigator.serviceWorker.ready;
    const parts = [...new Set(performance.getEntriesByType("resource").map((each) => each.name))];
    const addresses = pages.split(" ").map((each) => new URL(each, location.href).href);
    active?.postMessage({ keep: { owner, day, pages: addresses, isWhole: !this.dataset.order, changed, parts } });
    const words = this.querySelector<HTMLElement>("[data-kept]");
    if (words) [words.textContent, words.hidden] = [say("dayKept"), false];
  }
}
customElements.define("work-outbox", WorkOutbox);
