// Forms: a second submit is held back, unsent text is kept for the session, chosen files are listed.

const DRAFT = "portal.draft.";
const MEGABYTE = 1024 * 1024;
const BUSY_MS = 15_000; // an answer that never comes must not lock the form for ever

/* ---- one submit at a time: what looks for people like "it works" (the server keeps it true) ---- */

function setBusy(form, isBusy) {
  form.toggleAttribute("data-sending", isBusy);
  form.setAttribute("aria-busy", String(isBusy));
  const buttons = form.id
    ? document.querySelectorAll(`#${CSS.escape(form.id)} [type=submit], [form="${CSS.escape(form.id)}"]`)
    : form.querySelectorAll("[type=submit]");
  // Not `disabled`: a disabled button would not send its own name and value.
  for (const button of buttons) button.classList.toggle("is-busy", isBusy);
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sending")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    setBusy(form, true);
    setTimeout(() => setBusy(form, false), BUSY_MS);
    keepDrafts(form, { isSent: true });
    if (form.hasAttribute("data-drops-drafts")) dropDrafts(() => true);
  },
  true,
);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt.closest?.("form[data-sending]");
  if (!form) return;
  setBusy(form, false);
  if (event.detail.successful) {
    for (const field of form.querySelectorAll("[data-draft]")) store(field.dataset.draft, null);
  } else {
    keepDrafts(form, { isSent: false });
  }
});
// Back from the next page, or a download that left the page where it was.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) setBusy(form, false);
});

/* ---- unsent text ---- */

function store(key, value) {
  try {
    if (value === null) sessionStorage.removeItem(DRAFT + key);
    else sessionStorage.setItem(DRAFT + key, JSON.stringify(value));
  } catch {
    // Storage is full or switched off: typing must go on all the same.
  }
}

function read(key) {
  try {
    return JSON.parse(sessionStorage.getItem(DRAFT + key));
  } catch {
    return null;
  }
}

function dropDrafts(isDoomed) {
  try {
    for (const key of Object.keys(sessionStorage)) {
      if (!key.startsWith(DRAFT)) continue;
      const name = key.slice(DRAFT.length);
      if (isDoomed(read(name))) store(name, null);
    }
  } catch {
    // As above.
  }
}

function keepDrafts(form, { isSent }) {
  for (const field of form.querySelectorAll("textarea[data-draft]")) {
    store(field.dataset.draft, field.value ? { text: field.value, isSent } : null);
  }
}

function restoreDrafts(scope) {
  for (const field of scope.querySelectorAll("textarea[data-draft]")) {
    const draft = read(field.dataset.draft);
    if (draft && !field.value) field.value = draft.text;
  }
}

document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("textarea[data-draft]")) return;
  store(field.dataset.draft, field.value ? { text: field.value, isSent: false } : null);
});
// A page of ours has come after the send, so the server has the text, or gave it back in the form.
dropDrafts((draft) => !draft || draft.isSent);
restoreDrafts(document);
document.addEventListener("htmx:afterSwap", (event) => restoreDrafts(event.detail.target));

/* ---- chosen files ---- */

function spellSize(bytes) {
  return bytes < MEGABYTE ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches("input[type=file][data-files]")) return;
  const list = document.querySelector(field.dataset.files);
  if (!list) return;
  const lines = [...field.files].map((file) => {
    const line = document.createElement("li");
    line.textContent = `${file.name}, ${spellSize(file.size)}`;
    return line;
  });
  list.replaceChildren(...lines);
});
