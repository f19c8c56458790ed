/**
 * Service worker of one public form: the page that was opened once opens again without a signal, and what waits is
 * sent when the signal is back, even if the page was closed (where the browser can: Chrome on Android does).
 */
import { SEND_TAG, sendWaiting } from "./drafts";

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Asked extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface WorkerScope {
  registration: { scope: string };
  clients: { claim(): Promise<void>; matchAll(): Promise<{ postMessage(words: unknown): void }[]> };
  skipWaiting(): Promise<void>;
  addEventListener(name: "install" | "activate", hear: (event: Waiting) => void): void;
  addEventListener(name: "sync", hear: (event: Waiting & { tag: string }) => void): void;
  addEventListener(name: "message", hear: (event: Waiting & { data: { keep?: string[] } }) => void): void;
  addEventListener(name: "fetch", hear: (event: Asked) => void): void;
}

const worker = self as unknown as WorkerScope;
const SHELF = "cddp-form-v1";
const PATIENCE_MS = 6000;

worker.addEventListener("install", (event) => event.waitUntil(worker.skipWaiting()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

// The page tells what it is made of: itself, scripts, styles, fonts.
worker.addEventListener("message", (event) => {
  if (event.data.keep) event.waitUntil(shelve(event.data.keep));
});

worker.addEventListener("sync", (event) => {
  if (event.tag === SEND_TAG) event.waitUntil(sendAndTell());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (isForm(request.url) && request.mode === "navigate") event.respondWith(formPage(request));
  else if (isStatic(request.url)) event.respondWith(fromShelf(request));
});

const isForm = (address: string) => new URL(address).origin + new URL(address).pathname === worker.registration.scope;
const isStatic = (address: string) => new URL(address).origin === location.origin && new URL(address).pathname.startsWith("/static/");

async function shelve(addresses: string[]): Promise<void> {
  const shelf = await caches.open(SHELF);
  for (const address of addresses.filter((each) => isForm(each) || isStatic(each))) {
    if (isStatic(address) && (await shelf.match(address))) continue;
    const answer = await fetch(address, { credentials: "same-origin" });
    // A page made for somebody who is signed in may not lie on the device.
    if (answer.ok && !answer.headers.get("Cache-Control")?.includes("no-store")) await shelf.put(address, answer);
  }
  const wanted = new Set(addresses);
  for (const kept of await shelf.keys()) if (!wanted.has(kept.url)) await shelf.delete(kept);
}

/** The newest page if it comes in time, else the one that was kept. */
async function formPage(request: Request): Promise<Response> {
  const kept = await caches.match(request.url, { ignoreSearch: true, ignoreVary: true });
  if (!kept) return fetch(request);
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([fetch(request).catch(() => kept), late]);
}

async function fromShelf(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function sendAndTell(): Promise<void> {
  const changed = await sendWaiting();
  if (changed.length) for (const page of await worker.clients.matchAll()) page.postMessage("drafts");
}
