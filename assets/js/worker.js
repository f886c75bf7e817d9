// Keeps the page of offline verification, the published keys and the status lists, so that a code can be verified where
// there is no network. Everything else of the site goes its usual way. The server puts FILES, the assets of this
// version, in front of this file.
"use strict";
const PAGE = "/verify/offline", LISTS = "published";
const SHELL = "shell-" + FILES.join("").replace(/[^0-9a-f]/g, "").slice(-40);

// Without cookies: what is kept must not bear the name of whoever is signed in.
const plain = (path) => new Request(path, { credentials: "omit", cache: "reload" });

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const shell = await caches.open(SHELL);
    await shell.addAll([...FILES, PAGE].map(plain));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("shell-") && name !== SHELL) await caches.delete(name);
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname === "/elicence/keys" || url.pathname.startsWith("/elicence/status/")) event.respondWith(newest(request));
  else if (FILES.includes(url.pathname)) event.respondWith(kept(request));
  else if (request.mode === "navigate" && (url.pathname === PAGE || url.pathname.startsWith("/v/"))) event.respondWith(page(request));
});

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) || fetch(request);
}

// Three seconds: a phone with one bar waits for a minute before it says that there is no network.
function soon(request) {
  return fetch(request, { signal: AbortSignal.timeout(3000) });
}

async function newest(request) {
  const lists = await caches.open(LISTS), path = new URL(request.url).pathname;
  try {
    const answer = await soon(request);
    if (answer.ok) { await lists.put(path, answer.clone()); return answer; }
    return (await lists.match(path)) || answer;
  } catch {
    return (await lists.match(path)) || Response.error();
  }
}

async function page(request) {
  try {
    return await soon(request);
  } catch {
    return (await caches.match(PAGE, { ignoreVary: true })) || Response.error();
  }
}
