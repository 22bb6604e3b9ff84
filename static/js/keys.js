// One-key shortcuts. The markup says what a key does:
//   data-key="r"       on a link, button or field: the key presses it, or puts the cursor there
//   data-key-help="…"  its line in the "?" dialog
//   data-rows          on a list whose data-row="CC-1042" children j and k walk through
//   data-row-key="a"   inside a row: the key presses it in the marked row
// Keys are quiet while somebody types, while a dialog is open, and when switched off in the dialog
// (WCAG 2.1.4: a voice or a cat must not press them by accident).

const OFF_KEY = "portal.keys";
const MOVES = { j: 1, k: -1 };
let marked = null;

function keysAreOff() {
  try {
    return localStorage.getItem(OFF_KEY) === "off";
  } catch {
    return false;
  }
}

function isTyping(target) {
  return target.closest?.("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]");
}

function isVisible(element) {
  return element.checkVisibility ? element.checkVisibility() : element.offsetParent !== null;
}

function rows() {
  return [...document.querySelectorAll("[data-rows] [data-row]")];
}

function mark(row, { focus = true } = {}) {
  for (const other of document.querySelectorAll("[data-row].is-current")) {
    other.classList.remove("is-current");
  }
  if (!row) return;
  row.classList.add("is-current");
  marked = row.dataset.row;
  if (!focus) return;
  row.querySelector("a")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function markedRow() {
  return marked && rows().find((row) => row.dataset.row === marked);
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const at = all.findIndex((row) => row.dataset.row === marked);
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  mark(all[Math.min(Math.max(next, 0), all.length - 1)]);
  return true;
}

function pressInRow(key) {
  const row = markedRow();
  if (!row) return false;
  const selector = key === "Enter" ? "a" : `[data-row-key="${CSS.escape(key)}"]`;
  const target = row.querySelector(selector);
  target?.click();
  return Boolean(target);
}

function press(key) {
  const found = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].filter(isVisible);
  // A field of the page comes before one of the frame, and that before a link.
  const fields = found.filter((element) => isTyping(element));
  const target = fields.find((element) => element.closest("main")) ?? fields[0] ?? found[0];
  if (!target) return false;
  if (isTyping(target)) {
    target.focus();
    target.select?.();
  } else {
    target.click();
  }
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea")) {
    event.target.form?.requestSubmit();
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && isTyping(event.target) && !event.target.closest("dialog")) {
    event.target.blur();
    return;
  }
  if (keysAreOff() || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  // Enter on a focused link or button is the browser's own business.
  if (key === "Enter" && event.target.closest?.("a, button, summary, input")) return;
  const isDone = key in MOVES ? move(MOVES[key]) : pressInRow(key) || press(key);
  if (isDone) event.preventDefault();
});

// A mouse or a Tab also marks the row, so that keys and eyes agree.
document.addEventListener("focusin", (event) => {
  const row = event.target.closest?.("[data-rows] [data-row]");
  if (row) mark(row, { focus: false });
});

document.addEventListener("htmx:afterSwap", () => mark(markedRow(), { focus: false }));

function fillHelp(dialog) {
  const list = dialog.querySelector("dl");
  for (const own of list.querySelectorAll("[data-own-key]")) own.remove();
  for (const line of list.querySelectorAll("[data-keys-rows]")) line.hidden = !rows().length;
  const seen = new Set();
  for (const element of document.querySelectorAll("[data-key][data-key-help]")) {
    if (seen.has(element.dataset.key)) continue;
    seen.add(element.dataset.key);
    const line = document.createElement("div");
    line.dataset.ownKey = "";
    const term = document.createElement("dt");
    const cap = document.createElement("kbd");
    cap.className = "kbd";
    cap.textContent = element.dataset.key.toUpperCase();
    term.append(cap);
    const text = document.createElement("dd");
    text.textContent = element.dataset.keyHelp;
    line.append(term, text);
    list.prepend(line);
  }
}

const help = document.getElementById("keys-help");
if (help) {
  const box = help.querySelector("[data-keys-on]");
  box.checked = !keysAreOff();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(OFF_KEY, box.checked ? "on" : "off");
    } catch {
      // Storage is switched off: the keys stay as they are.
    }
  });
  help.addEventListener("portal:open", () => fillHelp(help));
}
