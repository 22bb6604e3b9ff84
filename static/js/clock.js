// Live countdowns. The server sends what was left, when that was true, and the open windows ahead;
// the browser counts down inside the windows only and says when it does not count.
//
//   <p class="timeleft" data-seconds="12000" data-at="1781559600" data-windows="[[from,to],…]">
//     <b data-left>3 h 20 m</b> <span data-left-words>…</span> <time>…</time> <span data-paused></span>
//   <table data-at data-windows-of="cal-3"> … <td class="q-left" data-seconds>3 h 20 m</td>
//
// Seconds and epoch seconds; negative seconds are over. Nothing here decides: the server does.

const TICK_MS = 1000;
const clocks = new WeakMap();
const zone = document.documentElement.dataset.zone || undefined;
const wall = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  timeZone: zone,
});

/** Spell a length of time as calcom_portal/common/timewords.py does: minutes, rounded down. */
export function spellSpan(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  if (whole > 0 && whole < 60) return "under 1 m";
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  if (!hours) return `${minutes} m`;
  return minutes ? `${hours} h ${minutes} m` : `${hours} h`;
}

/** Seconds of open time in [from, to). */
export function countedBetween(windows, from, to) {
  return windows.reduce(
    (sum, [opens, closes]) => sum + Math.max(0, Math.min(closes, to) - Math.max(opens, from)),
    0,
  );
}

function readClock(element) {
  let clock = clocks.get(element);
  if (clock) return clock;
  const { seconds, windows } = element.dataset;
  // What all rows of a table share stands once, on the table.
  const at = element.closest("[data-at]")?.dataset.at;
  const windowsOf = element.closest("[data-windows-of]")?.dataset.windowsOf;
  const source = windows ?? document.getElementById(windowsOf)?.dataset.windows;
  const now = Date.now() / 1000;
  clock = {
    left: Number(seconds),
    at: Number(at),
    // The reader's own clock may be wrong: only its pace is trusted.
    skew: Number(at) - now,
    windows: source ? JSON.parse(source) : [],
  };
  clocks.set(element, clock);
  return clock;
}

function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

function sayWhenItCounts(element, windows, now) {
  const note = element.querySelector("[data-paused]");
  if (!note) return;
  if (windows.some(([opens, closes]) => opens <= now && now < closes)) {
    write(note, "");
    return;
  }
  const next = windows.find(([opens]) => opens > now);
  if (!next || note.textContent.trim()) return; // The server's own words are already there.
  const words = wall.format(new Date(next[0] * 1000)).replace(",", "");
  write(note, `· closed now, counting resumes ${words}`);
}

function tick(element) {
  const clock = readClock(element);
  if (!clock.windows.length) return;
  const now = Date.now() / 1000 + clock.skew;
  const left = clock.left - countedBetween(clock.windows, clock.at, now);
  const isOver = left < 0;
  const holder = element.querySelector("[data-left]") ?? element;
  write(holder, isOver ? `${spellSpan(left)} over` : spellSpan(left));
  sayWhenItCounts(element, clock.windows, now);
  if (isOver && clock.left >= 0) {
    element.classList.remove("is-ok", "is-soon");
    element.classList.add("is-late");
    write(element.querySelector("[data-left-words]"), "was due");
  }
}

function tickAll() {
  if (document.hidden) return;
  for (const element of document.querySelectorAll("[data-seconds]")) tick(element);
}

tickAll();
setInterval(tickAll, TICK_MS);
document.addEventListener("htmx:afterSwap", tickAll);
document.addEventListener("visibilitychange", tickAll);
