// The service worker of the phone page of inspections: keeps the page and what it is made of, so
// that it opens without network. It serves below /inspections/ only, and keeps nothing else.

const KEPT = "inspections-1";
const PATIENCE_MS = 4000;
const PAGE = /^\/inspections\/\d+\/on-site\/$/;
const THINGS = /^\/(static|icons)\//;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keep(event.data.keep).then(() => event.source?.postMessage({ kept: true })));
  if (event.data?.forget) event.waitUntil(caches.delete(KEPT));
});

async function keep(urls) {
  const cache = await caches.open(KEPT);
  for (const url of urls) {
    // One that fails must not keep the others out.
    await put(cache, new Request(url, { credentials: "same-origin" })).catch(() => {});
  }
}

async function put(cache, request) {
  const answer = await fetch(request);
  // Not the sign-in page in place of the inspection.
  if (answer.ok && !answer.redirected) await cache.put(request, answer.clone());
  return answer;
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (!PAGE.test(url.pathname) && !THINGS.test(url.pathname)) return;
  event.respondWith(fresh(event.request));
});

async function fresh(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request, { ignoreVary: true });
  const asked = put(cache, request);
  if (!kept) return asked;
  asked.catch(() => {});
  const patience = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  return Promise.race([asked.catch(() => kept), patience]);
}
