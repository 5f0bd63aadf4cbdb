// Shows a page of ours when the box cannot be reached. Keeps that page and what it consists of, nothing else: what
// one member was shown must not come back for another. Pages and parts always come from the box.
const { own: OWN, cache: CACHE, offline: OFFLINE, files: FILES } = {{ facts }};

self.addEventListener("install", (event) => {
  const keep = async () => {
    const cache = await caches.open(CACHE);
    await cache.addAll([new Request(OFFLINE, { credentials: "omit", cache: "reload" }), ...FILES]);
    await self.skipWaiting();
  };
  event.waitUntil(keep());
});

self.addEventListener("activate", (event) => {
  const begin = async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith(OWN) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    // The browser asks for a page while this worker starts, so that nobody waits for it.
    await self.registration.navigationPreload?.enable();
    await self.clients.claim();
  };
  event.waitUntil(begin());
});

async function showPage(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return (await caches.match(OFFLINE)) ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const isPage = request.mode === "navigate" && request.method === "GET";
  if (isPage) return event.respondWith(showPage(event));
  const path = new URL(request.url).pathname;
  if (request.method === "GET" && FILES.includes(path)) {
    event.respondWith(caches.match(request).then((kept) => kept ?? fetch(request)));
  }
});
