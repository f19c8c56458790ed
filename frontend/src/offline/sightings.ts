/**
 * What was found while counting, kept on this device until the server has it, sent in the order it was found, each once:
 * the id is made here and the server takes one sighting for one id. Also the list of things of a round, so that a
 * scanned label has a name without a signal. No word of the page here.
 */
import { alone } from "./drafts";
import { Table } from "./store";

/** id, number, former number, name, class, place, result */
export type Thing = [id: string, number: string, former: string, name: string, kind: string, place: string, result: string];

export interface Seen {
  id: string;
  take: string;
  owner: string;
  code: string;
  result: string;
  condition: string;
  note: string;
  /** For the list of what waits: the thing and the result in words. */
  words: string;
  madeAt: number;
  state: "waiting" | "refused";
  reason?: string;
}

interface Round {
  id: string;
  owner: string;
  things: Thing[];
  /** They are all of the round, so that its numbers can be counted here. */
  isWhole: boolean;
  keptAt: number;
}

export type Outcome = "sent" | "unreachable" | "signed-out";
const KEPT_MS = 14 * 24 * 3600 * 1000;
const THINGS = "cddp-counting-things";
const seen = new Table<Seen>("cddp-counting", "seen");
const rounds = new Table<Round>(THINGS, "rounds");
export const { keep, forget } = seen;

/** What one person has found in a round and the server has not taken yet, in the order it was found. */
export async function seenIn(take: string, owner: string): Promise<Seen[]> {
  const mine = (await seen.all()).filter((each) => each.take === take && each.owner === owner);
  return mine.sort((a, b) => a.madeAt - b.madeAt);
}

/** The things of a round as this device last heard of them; what is old is thrown away. */
export async function thingsOf(take: string, owner: string, now = Date.now()): Promise<{ things: Thing[]; isWhole: boolean }> {
  const all = await rounds.all();
  for (const each of all.filter((round) => now - round.keptAt > KEPT_MS || round.owner !== owner)) await rounds.forget(each.id);
  return all.find((each) => each.id === take && each.owner === owner) ?? { things: [], isWhole: false };
}

export const keepThings = (take: string, owner: string, things: Thing[], isWhole: boolean) =>
  rounds.keep({ id: take, owner, things, isWhole, keptAt: Date.now() });

/** Throw away the lists of things: the device may go to another hand. What was found and not sent stays. */
export async function forgetThings(): Promise<void> {
  const made = await indexedDB.databases?.();
  if (made && !made.some((each) => each.name === THINGS)) return; // a visitor's browser is left as it is
  for (const each of await rounds.all()) await rounds.forget(each.id);
}

/** Send what waits; stop where the server cannot be reached. */
export async function sendSeen(base: string, take: string, owner: string): Promise<Outcome> {
  return alone(async () => {
    const pass = await ask(`${base}token.json`);
    if (typeof pass === "string") return pass;
    if (pass.owner !== owner) return "signed-out";
    for (const each of (await seenIn(take, owner)).filter(({ state }) => state === "waiting")) {
      const answer = await post(`${base}sightings/`, each, pass.token);
      if (typeof answer === "string") return answer;
      await (answer.state === "done" ? forget(each.id) : keep({ ...each, state: "refused", reason: answer.words }));
    }
    return "sent";
  });
}

/** Who is signed in, and a token: a page that lay on the device holds an old one. */
async function ask(address: string): Promise<{ owner: string; token: string } | Outcome> {
  const answer = await fetch(address, { cache: "no-store", credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || answer.status >= 500) return "unreachable";
  return isJson(answer) ? ((await answer.json()) as { owner: string; token: string }) : "signed-out";
}

async function post(address: string, { id, owner, code, result, condition, note, madeAt }: Seen, token: string): Promise<{ state: string; words: string } | Outcome> {
  const body = new FormData();
  const made_at = new Date(madeAt).toISOString();
  const fields = { csrfmiddlewaretoken: token, sighting_id: id, owner, code, result, condition, note, made_at };
  for (const [name, value] of Object.entries(fields)) body.set(name, value);
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" } }).catch(() => null);
  if (!answer || answer.status >= 500 || answer.status === 429 || answer.status === 408) return "unreachable";
  if ([400, 404, 405, 413, 415, 422].includes(answer.status)) return { state: "refused", words: "" };
  return isJson(answer) ? ((await answer.json()) as { state: string; words: string }) : "signed-out";
}

const isJson = (answer: Response) => answer.ok && (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
