// Live parts: <div hx-get="…" hx-trigger="every 5s, poll" data-poll data-etag="…">.
//
// htmx asks; this file makes asking cheap and invisible. It sends If-None-Match itself, because the
// browser's own cache would turn a 304 into a 200 with the old body, and htmx would swap it in. It
// waits while the tab is hidden or somebody is busy inside the part, and it puts back what a swap
// would lose: the focus and the opened <details id>.

const etags = new WeakMap();
let lastGood = new Date();
let remembered = null;

const hour = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  timeZone: document.documentElement.dataset.zone || undefined,
});

function polled(event) {
  // After the answer `detail.elt` is the target; only requests of the part itself are polls.
  const element = event.detail.requestConfig?.elt ?? event.detail.elt;
  return element?.hasAttribute?.("data-poll") ? element : null;
}

function isBusy(part) {
  if (document.hidden || document.querySelector("dialog[open]")) return true;
  const focused = document.activeElement;
  if (part.contains(focused) && focused.matches("input, textarea, select")) return true;
  const selection = document.getSelection();
  return Boolean(selection && !selection.isCollapsed && part.contains(selection.anchorNode));
}

function showLive(isLive) {
  for (const sign of document.querySelectorAll("[data-live]")) {
    sign.classList.toggle("live-off", !isLive);
    const words = isLive ? "Live" : `Not live, last checked ${hour.format(lastGood)}`;
    if (sign.textContent !== words) sign.textContent = words;
  }
}

document.addEventListener("htmx:configRequest", (event) => {
  const part = polled(event);
  if (!part) return;
  if (isBusy(part)) {
    event.preventDefault();
    return;
  }
  const etag = etags.get(part) ?? part.dataset.etag;
  if (etag) event.detail.headers["If-None-Match"] = etag;
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = polled(event);
  if (!part || !event.detail.shouldSwap) return;
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  remembered = {
    row: focused?.closest("[data-row]")?.dataset.row,
    rowTag: focused?.tagName,
    open: [...part.querySelectorAll("details[id]")].map((box) => [box.id, box.open]),
    scroll: [window.scrollX, window.scrollY],
  };
});

document.addEventListener("htmx:afterSwap", (event) => {
  const part = polled(event);
  if (!part || !remembered) return;
  for (const [id, isOpen] of remembered.open) {
    const box = document.getElementById(id);
    if (box) box.open = isOpen;
  }
  if (remembered.row) {
    const row = part.querySelector(`[data-row="${CSS.escape(remembered.row)}"]`);
    const target = row?.querySelector(remembered.rowTag === "BUTTON" ? "button" : "a");
    (target ?? row?.querySelector("a"))?.focus({ preventScroll: true });
  }
  window.scrollTo(...remembered.scroll);
  remembered = null;
});

document.addEventListener("htmx:afterRequest", (event) => {
  const part = polled(event);
  if (!part) return;
  const { xhr } = event.detail;
  const isGood = xhr.status === 304 || (xhr.status >= 200 && xhr.status < 300);
  if (isGood) {
    lastGood = new Date();
    const etag = xhr.getResponseHeader("ETag");
    if (etag) etags.set(part, etag);
  }
  showLive(isGood);
});

// Signed out in another tab: the part would never be live again.
document.addEventListener("htmx:beforeSwap", (event) => {
  const part = polled(event);
  if (!part) return;
  const cameFrom = new URL(event.detail.xhr.responseURL || window.location.href).pathname;
  const asked = new URL(part.getAttribute("hx-get"), window.location.href).pathname;
  if (cameFrom !== asked) {
    event.detail.shouldSwap = false;
    window.location.reload();
  }
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-poll]")) {
    part.dispatchEvent(new CustomEvent("poll"));
  }
});
window.addEventListener("offline", () => showLive(false));
