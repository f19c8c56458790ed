/**
 * The technician's outbox: what was done on the phone (start, tick, photo, time, finish, take a part), kept on this
 * device until the server has it, and sent in the order it was made, each once: the id is made here, and the server
 * answers the same id the same way. A refused act stays with its reason until the person has seen to it, one that was
 * not sent until it is.
 * Used by the page and by the service worker, so there is no word of the page here.
 */
import { alone } from "./drafts";
import { Table } from "./store";

export interface Act {
  id: string;
  /** Whose it is: on a shared phone nobody sends, or sees, what another has made. */
  owner: string;
  order: string;
  kind: string;
  /** What it is, in words for the list: "12/2570 · ทำเสร็จ". */
  words: string;
  fields: [string, string][];
  photo?: { name: string; file: Blob };
  madeAt: number;
  state: "waiting" | "refused";
  reason?: string;
}

/** What came of trying: sent all, no signal, or signed out. */
export type Outcome = "sent" | "unreachable" | "signed-out";
export interface Gate {
  acts: string;
  token: string;
}

export const ACTS_TAG = "cddp-acts";
const DAY_MS = 24 * 3600 * 1000;
const DAY_SHELF = "cddp-day:";
const table = new Table<Act>("cddp-work", "acts");
export const { keep, forget } = table;

/** One person's acts in the order they were made. None is forgotten by itself, however old: the person deletes it. */
export async function actsOf(owner: string): Promise<Act[]> {
  return (await table.all()).filter((act) => act.owner === owner).sort((a, b) => a.madeAt - b.madeAt);
}

/** How many days ago it was made in Thailand: 0 today. */
export const daysOld = (act: Act, now = Date.now()) => Math.round((Date.parse(today(new Date(now))) - Date.parse(today(new Date(act.madeAt)))) / DAY_MS);

/** Send what waits, one after the other; stop where the server cannot be reached. */
export async function sendActs(gate: Gate, tell: () => unknown = () => null): Promise<Outcome> {
  return alone(async () => {
    const pass = await askPass(gate.token);
    if (typeof pass === "string") return pass;
    for (const act of (await actsOf(pass.owner)).filter((each) => each.state === "waiting")) {
      const answer = await post(gate.acts, act, pass.token);
      if (typeof answer === "string") return answer;
      await (answer.state === "done" ? forget(act.id) : keep({ ...act, state: "refused", reason: answer.words }));
      await tell();
    }
    return "sent";
  });
}

/** Who is signed in, and a token: a page that was opened long ago, or lay on the shelf, holds an old one. */
async function askPass(address: string): Promise<{ owner: string; token: string } | Outcome> {
  const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || answer.status >= 500) return "unreachable";
  return isJson(answer) ? ((await answer.json()) as { owner: string; token: string }) : "signed-out";
}

async function post(address: string, act: Act, token: string): Promise<{ state: string; words: string } | Outcome> {
  const answer = await fetch(address, {
    method: "POST",
    body: bodyOf(act, token),
    credentials: "same-origin",
    headers: { Accept: "application/json" },
  }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 429 || answer.status === 408) return "unreachable";
  // What the server will never take (too large, not to be read) must not keep the rest from going.
  if ([400, 404, 405, 409, 413, 415, 422].includes(answer.status)) return { state: "refused", words: "" };
  return isJson(answer) ? ((await answer.json()) as { state: string; words: string }) : "signed-out";
}

const isJson = (answer: Response) => answer.ok && (answer.headers.get("Content-Type") ?? "").startsWith("application/json");

function bodyOf(act: Act, token: string): FormData {
  const body = new FormData();
  for (const [name, value] of act.fields) body.append(name, value);
  body.set("csrfmiddlewaretoken", token);
  body.set("act_id", act.id);
  body.set("act_kind", act.kind);
  body.set("work_order", act.order);
  body.set("made_at", new Date(act.madeAt).toISOString());
  body.set("owner", act.owner);
  if (act.photo) body.set("photo", act.photo.file, act.photo.name);
  return body;
}

// ── the day's pages on the device's shelf ─────────────────────────────────────────────────────────

/** The shelf of one person on one day. */
export const shelfName = (owner: string, day: string) => `${DAY_SHELF}${owner}:${day}`;

/** The day it is in Thailand, whatever the phone's own zone. */
export const today = (now = new Date()) => new Date(now.getTime() + 7 * 3600 * 1000).toISOString().slice(0, 10);

/** Clear the pages of work, which name people and places, from this device; `but` is the shelf to leave. */
export async function clearDay(but = ""): Promise<void> {
  if (!("caches" in globalThis)) return;
  for (const name of await caches.keys()) if (name.startsWith(DAY_SHELF) && name !== but) await caches.delete(name);
}

/** Find a kept page of today; yesterday's are of no use and are thrown away. */
export async function keptPage(address: string): Promise<Response | undefined> {
  for (const name of await caches.keys()) {
    if (!name.startsWith(DAY_SHELF)) continue;
    if (!name.endsWith(`:${today()}`)) await caches.delete(name);
    else {
      const found = await (await caches.open(name)).match(address, { ignoreSearch: true, ignoreVary: true });
      if (found) return found;
    }
  }
  return undefined;
}
