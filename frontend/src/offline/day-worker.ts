/**
 * Service worker of the technician's day: the list of today and the pages of its stops open again without a signal,
 * and what waits in the outbox is sent when the signal is back, even if the page was closed (Chrome on Android).
 *
 * The pages name people and places. They lie on a shelf of one person and one day (offline/acts.ts), which is thrown
 * away when the day is over, at signing out, when any page is shown to somebody who is not signed in, and when the
 * server sends a page of the day to the sign-in instead.
 */
import { ACTS_TAG, clearDay, keptPage, sendActs, shelfName, today } from "./acts";

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Kept {
  owner: string;
  day: string;
  pages: string[];
  /** They are all there is to the day: others are thrown away. */
  isWhole: boolean;
  /** Those of them that just changed; the others may be some minutes old. */
  changed: string[];
  parts: string[];
}
interface WorkerScope {
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(): Promise<{ postMessage(words: unknown): void }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", hear: (event: Waiting) => void): void;
  addEventListener(name: "sync", hear: (event: Waiting & { tag: string }) => void): void;
  addEventListener(name: "message", hear: (event: Waiting & { data: { keep?: Kept } }) => void): void;
  addEventListener(name: "fetch", hear: (event: Asked) => void): void;
}

const worker = self as unknown as WorkerScope;
const PARTS = "cddp-day-parts-v1"; // scripts, styles, fonts: nobody's
const PATIENCE_MS = 6000;
const FRESH_MS = 10 * 60 * 1000;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(shelve(event.data.keep));
});
worker.addEventListener("sync", (event) => {
  if (event.tag === ACTS_TAG) event.waitUntil(sendAndTell());
});
worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && request.url.startsWith(worker.registration.scope)) event.respondWith(page(request));
  else if (isPart(request.url)) event.respondWith(part(request));
});

const isPart = (address: string) => new URL(address).origin === location.origin && new URL(address).pathname.startsWith("/static/");

async function shelve({ owner, day, pages, isWhole, changed, parts }: Kept): Promise<void> {
  if (day !== today()) return;
  const name = shelfName(owner, day);
  await clearDay(name);
  const shelf = await caches.open(name);
  const inScope = pages.filter((each) => each.startsWith(worker.registration.scope));
  if (isWhole) for (const kept of await shelf.keys()) if (!inScope.includes(kept.url)) await shelf.delete(kept);
  for (const address of inScope) {
    if (!changed.includes(address) && isFresh(await shelf.match(address))) continue;
    const answer = await fetch(address, { credentials: "same-origin", redirect: "error" }).catch(() => null);
    if (answer?.ok) await shelf.put(address, answer);
  }
  await keepParts(parts.filter(isPart), isWhole);
}

const isFresh = (kept: Response | undefined) => kept !== undefined && Date.now() - Date.parse(kept.headers.get("Date") ?? "") < FRESH_MS;

async function keepParts(parts: string[], isWhole: boolean): Promise<void> {
  const shelf = await caches.open(PARTS);
  for (const address of parts) {
    if (await shelf.match(address)) continue;
    const answer = await fetch(address).catch(() => null);
    if (answer?.ok) await shelf.put(address, answer);
  }
  // A page of one stop needs more than the list does; what an older version left goes when the list is opened.
  if (isWhole) for (const kept of await shelf.keys()) if (isOlder(kept.url, parts)) await shelf.delete(kept);
}

/** Another version of a script that is in use: the same name with another hash. */
function isOlder(address: string, parts: string[]): boolean {
  const plain = (each: string) => each.replace(/-[\w-]{8}\.(js|css)$/, ".$1");
  return !parts.includes(address) && parts.some((each) => plain(each) === plain(address));
}

/** The newest page if it comes in time, else the one that was kept. */
async function page(request: Request): Promise<Response> {
  const kept = await keptPage(request.url);
  const fresh = fetch(request).then(async (answer) => {
    // To the sign-in: whoever holds the phone now may not read the pages of before.
    if (answer.type === "opaqueredirect" || answer.status === 403) await clearDay();
    return answer;
  });
  if (!kept) return fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept.clone()), PATIENCE_MS));
  return Promise.race([fresh.catch(() => kept.clone()), late]);
}

async function part(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function sendAndTell(): Promise<void> {
  const { scope } = worker.registration;
  const outcome = await sendActs({ acts: `${scope}acts/`, token: `${scope}token.json` });
  for (const each of await worker.clients.matchAll()) each.postMessage("acts");
  if (outcome === "unreachable") throw new Error("no signal yet"); // the browser asks again
}
