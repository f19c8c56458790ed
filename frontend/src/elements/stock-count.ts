/**
 * <stock-count data-take data-owner data-day data-base data-found data-left data-total> around the page of counting.
 *
 * A label that <code-scanner> reads, or a typed number, is looked up in the list this device keeps, else asked of the
 * server; one tap on a result keeps the sighting here and sends it when it can (offline/sightings.ts). The page itself
 * opens again without a signal (the day's service worker keeps it). Without scripts its two plain forms do the same.
 */
import { newId } from "../offline/drafts";
import { forget, keep, keepThings, type Seen, seenIn, sendSeen, type Thing, thingsOf } from "../offline/sightings";
import { say, thaiNumber } from "../words";

const TRY_AGAIN_MS = 20_000;
const REST_SHOWN = 30;
const LABEL = /(?:^|\/a\/)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/?$/i;

class StockCount extends HTMLElement {
  private things: Thing[] = [];
  private byCode = new Map<string, Thing>();
  private isWhole = false;
  private code = "";
  private current: Thing | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private isSignedOut = false;

  connectedCallback(): void {
    this.addEventListener("code-scanned", this.scanned);
    this.addEventListener("submit", this.submitted);
    addEventListener("online", this.send);
    this.timer = setInterval(this.send, TRY_AGAIN_MS);
    void this.begin();
  }

  disconnectedCallback(): void {
    clearInterval(this.timer);
    removeEventListener("online", this.send);
  }

  private piece<Kind extends HTMLElement = HTMLElement>(name: string): Kind | null {
    return this.querySelector<Kind>(`[data-${name}]`);
  }

  private get owner(): string {
    return this.dataset.owner ?? "";
  }

  private get take(): string {
    return this.dataset.take ?? "";
  }

  private get base(): string {
    return this.dataset.base ?? "";
  }

  private async begin(): Promise<void> {
    const kept = await thingsOf(this.take, this.owner).catch(() => null);
    if (kept) {
      this.isWhole = kept.isWhole;
      this.learn(kept.things);
    }
    await this.show();
    await this.refresh();
    await this.send();
    await this.readyForNoSignal();
  }

  // ── which thing ───────────────────────────────────────────────────────────────────────────────

  private async refresh(): Promise<void> {
    const answer = await fetch(`${this.base}rows.json`, { cache: "no-store", credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || !(answer.headers.get("Content-Type") ?? "").startsWith("application/json")) return;
    const { rows, is_whole } = (await answer.json()) as { rows: Thing[]; is_whole: boolean };
    this.isWhole = is_whole;
    this.learn(rows);
    await keepThings(this.take, this.owner, rows, is_whole).catch(() => null);
    await this.show();
  }

  private learn(things: Thing[]): void {
    this.things = things;
    this.byCode.clear();
    for (const thing of things) if (thing[2]) this.byCode.set(plain(thing[2]), thing);
    for (const thing of things) {
      if (thing[1]) this.byCode.set(plain(thing[1]), thing);
      this.byCode.set(thing[0], thing);
    }
  }

  private scanned = (event: Event): void => {
    event.preventDefault();
    void this.find((event as CustomEvent<{ text: string }>).detail.text);
  };

  private submitted = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (form.matches("[data-find]")) {
      event.preventDefault();
      const text = String(new FormData(form).get("code") ?? "").trim();
      if (text) void this.find(text);
    } else if (form.matches("[data-sight]")) {
      event.preventDefault();
      void this.keepSeen(form, event.submitter as HTMLButtonElement | null);
    }
  };

  private async find(text: string): Promise<void> {
    const code = LABEL.exec(text)?.[1]?.toLowerCase() ?? text;
    const known = this.byCode.get(plain(code));
    if (known) return this.present(code, known);
    const answer = await fetch(`${this.base}find.json?code=${encodeURIComponent(code)}`, { credentials: "same-origin" }).catch(() => null);
    if (answer?.status === 404) return this.presentUnknown(text);
    if (!answer?.ok) return this.present(code, undefined);
    const { row } = (await answer.json().catch(() => ({ row: null }))) as { row: Thing | null };
    this.present(code, row ?? undefined);
  }

  private present(code: string, thing: Thing | undefined): void {
    this.code = thing?.[0] ?? code;
    this.current = thing;
    this.piece("unknown")?.toggleAttribute("hidden", true);
    const card = this.piece("card");
    if (!card) return;
    this.write("name", thing?.[3] ?? code);
    this.write("facts", thing ? [thing[1], thing[4], thing[5]].filter(Boolean).join(" · ") : "");
    this.piece("offline-note")?.toggleAttribute("hidden", Boolean(thing));
    this.piece("before")?.toggleAttribute("hidden", !thing?.[6]);
    this.write("before-words", thing?.[6] ? this.wordsOf(thing[6]) : "");
    card.querySelector<HTMLFormElement>("form")?.reset();
    card.querySelector("details")?.removeAttribute("open");
    card.hidden = false;
    card.scrollIntoView({ block: "nearest" });
    this.piece("name")?.focus({ preventScroll: true });
  }

  private presentUnknown(text: string): void {
    this.piece("card")?.toggleAttribute("hidden", true);
    this.write("unknown-code", text.length > 60 ? `${text.slice(0, 60)}…` : text);
    this.piece("unknown")?.removeAttribute("hidden");
  }

  private write(name: string, words: string): void {
    const place = this.piece(name);
    if (place) place.textContent = words;
  }

  private wordsOf(result: string): string {
    return this.querySelector(`button[name="result"][value="${CSS.escape(result)}"]`)?.textContent?.trim() ?? result;
  }

  // ── what was found ────────────────────────────────────────────────────────────────────────────

  private async keepSeen(form: HTMLFormElement, pressed: HTMLButtonElement | null): Promise<void> {
    const code = this.code || String(new FormData(form).get("code") ?? "");
    if (!pressed || !code) return;
    const said = new FormData(form);
    const thing = this.current;
    const name = thing ? [thing[1], thing[3]].filter(Boolean).join(" ") : (this.piece("name")?.textContent ?? code);
    const seen: Seen = {
      id: newId(),
      take: this.take,
      owner: this.owner,
      code,
      result: pressed.value,
      condition: String(said.get("condition") ?? ""),
      note: String(said.get("note") ?? "").trim(),
      words: `${name} · ${pressed.textContent?.trim() ?? ""}`,
      madeAt: Date.now(),
      state: "waiting",
    };
    try {
      await keep(seen);
    } catch {
      return this.say(say("actNoRoom"));
    }
    this.count(thing, pressed.value);
    this.next(seen);
    await this.show();
    await this.send();
  }

  /** The numbers move at once; the server's come with the next list. */
  private count(thing: Thing | undefined, result: string): void {
    if (!thing) return;
    const step = (name: "found" | "left", by: number) => (this.dataset[name] = String(Number(this.dataset[name] ?? 0) + by));
    if (!thing[6]) step("left", -1);
    if (isFound(result) && !isFound(thing[6])) step("found", 1);
    if (!isFound(result) && isFound(thing[6])) step("found", -1);
    thing[6] = result;
    void keepThings(this.take, this.owner, this.things, this.isWhole).catch(() => null);
  }

  private next(seen: Seen): void {
    this.code = "";
    this.current = undefined;
    this.piece("card")?.toggleAttribute("hidden", true);
    const typed = this.querySelector<HTMLInputElement>("[data-find] input");
    if (typed) typed.value = "";
    this.say(`${seen.words} · ${say(navigator.onLine ? "actWaits" : "actKept")}`);
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(30);
  }

  private send = async (): Promise<void> => {
    const waiting = (await seenIn(this.take, this.owner).catch(() => [])).filter((each) => each.state === "waiting");
    if (!waiting.length || !navigator.onLine) return;
    const outcome = await sendSeen(this.base, this.take, this.owner).catch(() => "unreachable" as const);
    this.isSignedOut = outcome === "signed-out";
    const left = await seenIn(this.take, this.owner).catch(() => waiting);
    if (left.length < waiting.length) this.say(say("actSent"));
    if (left.some((each) => each.state === "refused")) await this.refresh();
    await this.show();
  };

  // ── showing ───────────────────────────────────────────────────────────────────────────────────

  private async show(): Promise<void> {
    const seen = await seenIn(this.take, this.owner).catch(() => []);
    this.showNumbers();
    this.showRest();
    this.showOutbox(seen);
  }

  private showNumbers(): void {
    if (this.isWhole) {
      this.dataset.total = String(this.things.length);
      this.dataset.left = String(this.things.filter((thing) => !thing[6]).length);
      this.dataset.found = String(this.things.filter((thing) => isFound(thing[6])).length);
    }
    const [found, left] = this.piece("progress")?.querySelectorAll("strong") ?? [];
    if (found) found.textContent = thaiNumber(Number(this.dataset.found));
    if (left) left.textContent = thaiNumber(Number(this.dataset.left));
  }

  private showRest(): void {
    const rest = this.things.filter((thing) => !thing[6]);
    const list = this.piece("rest-list");
    if (!list) return;
    this.piece("rest")?.toggleAttribute("hidden", !rest.length);
    this.write("rest-count", say("countLeft", thaiNumber(Math.max(rest.length, Number(this.dataset.left ?? 0)))));
    list.replaceChildren(...rest.slice(0, REST_SHOWN).map((thing) => this.restRow(thing)));
  }

  private restRow(thing: Thing): HTMLElement {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "row-link count-row";
    const name = document.createElement("strong");
    name.textContent = thing[3];
    const facts = document.createElement("span");
    facts.className = "row-sub";
    facts.textContent = [thing[1], thing[4], thing[5]].filter(Boolean).join(" · ");
    button.append(name, facts);
    button.addEventListener("click", () => this.present(thing[0], thing));
    row.append(button);
    return row;
  }

  private showOutbox(seen: Seen[]): void {
    const box = this.piece("outbox");
    if (!box) return;
    const refused = seen.filter((each) => each.state === "refused");
    const waiting = seen.length - refused.length;
    const lines = refused.map((each) => this.refusedRow(each));
    if (waiting) lines.unshift(this.callout(say("actsWaiting", waiting), "callout"));
    if (this.isSignedOut && waiting) lines.unshift(this.callout(say("actsSignedOut"), "callout callout-warn"));
    box.replaceChildren(...lines);
  }

  private refusedRow(seen: Seen): HTMLElement {
    const row = this.callout(`${seen.words}: ${seen.reason || say("wentWrong")}`, "callout callout-bad");
    const tools = document.createElement("p");
    tools.className = "cluster";
    tools.append(
      this.button(say("actAgain"), async () => {
        await keep({ ...seen, id: newId(), state: "waiting", reason: undefined });
        await forget(seen.id);
        await this.send();
      }),
      this.button(say("actDelete"), () => forget(seen.id)),
    );
    row.append(tools);
    return row;
  }

  private callout(words: string, looks: string): HTMLElement {
    const box = document.createElement("div");
    box.className = looks;
    box.setAttribute("role", "status");
    const line = document.createElement("p");
    line.textContent = words;
    box.append(line);
    return box;
  }

  private button(words: string, act: () => Promise<unknown>): HTMLElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = words;
    button.addEventListener("click", () => void act().then(() => this.show()));
    return button;
  }

  private say(words: string): void {
    this.write("status", words);
    const line = this.querySelector(".scan-words");
    if (line) line.textContent = words;
  }

  // ── opening again without a signal ────────────────────────────────────────────────────────────

  private async readyForNoSignal(): Promise<void> {
    if (!navigator.serviceWorker || !isSecureContext) return;
    const registration = await navigator.serviceWorker.register(`${this.base}worker.js`, { scope: this.base }).catch(() => null);
    const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
    if (!worker) return;
    if (worker.state !== "activated") await new Promise<void>((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
    const page = location.origin + location.pathname;
    const parts = performance.getEntriesByType("resource").map((each) => each.name);
    worker.postMessage({ keep: { owner: this.owner, day: this.dataset.day, pages: [page], isWhole: false, changed: [page], parts: [...new Set(parts)] } });
    const kept = this.piece("kept");
    if (!kept) return;
    kept.textContent = say("dayKept");
    kept.hidden = false;
  }
}

const isFound = (result: string) => result !== "" && result !== "missing";

/** The form in which codes are compared: Thai digits as Arabic ones, no spaces around, no case. */
function plain(code: string): string {
  return code.trim().toLowerCase().replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50));
}

customElements.define("stock-count", StockCount);
