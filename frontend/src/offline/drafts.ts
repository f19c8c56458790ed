/**
 * Drafts of forms, kept on this device only: what is typed, and the photos, until the server has them.
 * Used by the page and by the service worker, so there is no word of the page here.
 */
import { Table } from "./store";

export interface Draft {
  /** The form's own id: the server takes one report for one id, however often it is sent. */
  id: string;
  form: string;
  page: string;
  action: string;
  fields: [string, string][];
  photos: { field: string; name: string; file: Blob }[];
  savedAt: number;
  /** typing: in the form; waiting: to be sent; refused: the server wants something else; sent: look at `receipt`. */
  state: "typing" | "waiting" | "refused" | "sent";
  receipt?: string;
}

export const KEPT_MS = 7 * 24 * 3600 * 1000;
export const SEND_TAG = "cddp-drafts";

/** UUID version 7: begins with the time, so that rows made on phones lie in order too. */
export function newId(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  for (let place = 0; place < 6; place++) bytes[place] = Math.floor(now / 2 ** (8 * (5 - place))) & 0xff;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const table = new Table<Draft>("cddp", "drafts");
export const { keep, forget } = table;

/** The drafts of one form, or of all; too old ones are forgotten on the way. Oldest first. */
export async function drafts(form?: string, now = Date.now()): Promise<Draft[]> {
  const all = await table.all();
  const old = all.filter((each) => now - each.savedAt > KEPT_MS);
  for (const each of old) await forget(each.id);
  return all.filter((each) => !old.includes(each) && (!form || each.form === form)).sort((a, b) => a.savedAt - b.savedAt);
}

/** What goes to the server; the token is the page's or a fresh one. */
export function bodyOf(draft: Draft, token: string): FormData {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", token);
  for (const [name, value] of draft.fields) body.append(name, value);
  for (const { field, name, file } of draft.photos) body.append(field, file, name);
  return body;
}

/** A page that was opened long ago holds an old token: ask the form for a new one. */
export async function freshToken(page: string): Promise<string> {
  const answer = await fetch(page, { cache: "no-store", credentials: "same-origin" });
  return /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await answer.text())?.[1] ?? "";
}

/** What an answer means: a page elsewhere is the receipt; our own page again says what is wrong; the rest may pass. */
export function judge(draft: Draft, status: number, address: string): Draft["state"] {
  const elsewhere = new URL(address, draft.page).pathname !== new URL(draft.action, draft.page).pathname;
  if (status >= 200 && status < 300 && elsewhere) return "sent";
  return (status >= 200 && status < 300) || [400, 409, 413, 422].includes(status) ? "refused" : "waiting";
}

/** One sender at a time, in whichever page or worker: the server would forgive a double, the person might wonder. */
export async function alone<T>(act: () => Promise<T>): Promise<T> {
  return navigator.locks ? ((await navigator.locks.request(SEND_TAG, act)) as T) : act();
}

/** Send what waits; return the drafts that changed their state. */
export async function sendWaiting(form?: string): Promise<Draft[]> {
  return alone(async () => {
    const changed: Draft[] = [];
    for (const draft of (await drafts(form)).filter((each) => each.state === "waiting")) {
      const answer = await fetch(draft.action, {
        method: "POST",
        body: bodyOf(draft, await freshToken(draft.page)),
        credentials: "same-origin",
        headers: { "X-Requested-With": "offline-draft" },
      });
      const state = judge(draft, answer.status, answer.url);
      if (state === "waiting") continue;
      changed.push({ ...draft, ...settled(state, answer.url) });
      await keep(changed.at(-1)!);
    }
    return changed;
  });
}

/** A report that arrived leaves nothing behind but the way to its receipt. */
export function settled(state: Draft["state"], address: string): Partial<Draft> {
  return state === "sent" ? { state, receipt: address, fields: [], photos: [] } : { state };
}
