// The phone page of an inspection: what is written is kept on the phone first (IndexedDB), each with
// an id of its own, and sent when there is network. The server takes each id once, so sending again
// never doubles anything; what it has not answered for stays here.

const root = document.getElementById("on-site");
const here = { inspection: Number(root.dataset.inspection), writer: root.dataset.writer };
const words = document.getElementById("sync-words");
const problems = document.getElementById("sync-problems");
const closing = document.getElementById("closing");
const finishWords = document.getElementById("finish-words");
let server = JSON.parse(document.getElementById("on-site-state").textContent);
let isKept = false;
let sending = null;

/* ---- the store on the phone ---- */

const opened = new Promise((resolve, reject) => {
  const request = indexedDB.open("inspections", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("entries", { keyPath: "number", autoIncrement: true });
  };
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

async function store(mode, act) {
  const database = await opened;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction("entries", mode, { durability: "strict" });
    const request = act(transaction.objectStore("entries"));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

async function waiting() {
  const all = await store("readonly", (entries) => entries.getAll());
  return all.filter((row) => row.inspection === here.inspection && row.writer === here.writer);
}

async function write(entry, file = null) {
  const row = { ...here, entry: { client_id: crypto.randomUUID(), at: new Date().toISOString(), ...entry }, file };
  try {
    await store("readwrite", (entries) => entries.add(row));
  } catch {
    words.textContent = "The phone has no room: this was not kept. Free some room, and write it again.";
    return;
  }
  await tell();
  send();
}

/* ---- what stands on the page ---- */

const answered = new Map(); // what this phone wrote last, by line: newer than the server's
const keyOf = (entry) => `${entry.kind}-${entry.line}`;

function fieldset(entry) {
  if (entry.kind === "answer") return root.querySelector(`[data-item="${entry.line}"]`);
  if (entry.kind === "serial") return root.querySelector(`[data-device="${entry.line}"]`);
  return null;
}

function show(box, answer) {
  for (const radio of box.querySelectorAll("input[type=radio]")) {
    radio.checked = radio.value === (answer.chosen ?? "");
  }
  for (const [name, value] of [["reading", answer.reading], ["note", answer.note], ["serial", answer.serial]]) {
    const field = box.querySelector(`[name=${name}]`);
    if (field && field !== document.activeElement) field.value = value ?? "";
  }
}

function showServer() {
  for (const [id, line] of Object.entries(server.items)) {
    const box = root.querySelector(`[data-item="${id}"]`);
    if (!box || answered.has(`answer-${id}`)) continue;
    const isReading = box.dataset.asked === "reading" && ["good", "watch"].includes(line.result);
    show(box, { ...line, chosen: isReading ? "noted" : line.result });
    mark(box, line.result ? `${line.words} · ${line.by}` : "");
  }
  for (const [id, line] of Object.entries(server.devices)) {
    const box = root.querySelector(`[data-device="${id}"]`);
    if (!box || answered.has(`serial-${id}`)) continue;
    show(box, { ...line, chosen: line.seen });
    mark(box, line.seen ? `${line.words} · ${line.by}` : "");
  }
}

function mark(box, text) {
  box.querySelector("[data-mark]").textContent = text;
}

async function tell() {
  const rows = await waiting();
  const many = `${rows.length} ${rows.length === 1 ? "entry waits" : "entries wait"} on this phone`;
  if (server.state === "done" && !rows.length) words.textContent = "Signed and sent.";
  else if (!navigator.onLine) words.textContent = rows.length ? `No network: ${many}. Go on, nothing is lost.` : "No network. Go on, nothing is lost.";
  else if (rows.length) words.textContent = `${many}.`;
  else words.textContent = isKept ? "All is sent. This page works without network." : "All is sent.";
}

/* ---- sending ---- */

function token() {
  return JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
}

async function post(url, body, headers = {}) {
  const answer = await fetch(url, { method: "POST", body, headers: { "X-CSRFToken": token(), ...headers }, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
    throw new Error("Sign in again in this browser, then open this page: what waits is sent then.");
  }
  return answer;
}

function send() {
  sending ??= sendAll().catch((error) => {
    if (!(error instanceof TypeError)) words.textContent = error.message;
  }).finally(() => { sending = null; });
  return sending;
}

async function sendAll() {
  for (;;) {
    const rows = await waiting();
    if (!rows.length || !navigator.onLine) break;
    // In the order in which they were written: pictures come before the signature.
    const photo = rows[0].file ? rows[0] : null;
    if (photo) {
      await sendPhoto(photo);
      continue;
    }
    const until = rows.findIndex((row) => row.file);
    await sendEntries(rows.slice(0, until === -1 ? 100 : Math.min(until, 100)));
  }
  await tell();
}

async function sendEntries(rows) {
  const body = JSON.stringify({ entries: rows.map((row) => row.entry) });
  const answer = await post(root.dataset.sync, body, { "Content-Type": "application/json" });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok || !told.results) throw new Error(told.words ?? "The portal could not take this: it stays on the phone.");
  server = told;
  for (const row of rows) {
    const result = told.results.find((one) => one.client_id === row.entry.client_id);
    if (!result) continue;
    await store("readwrite", (entries) => entries.delete(row.number));
    answered.delete(keyOf(row.entry));
    if (result.outcome !== "taken") complain(row.entry, result);
    else if (row.entry.kind === "finish") finishWords.textContent = "Signed and sent.";
  }
  showServer();
}

async function sendPhoto(row) {
  const form = new FormData();
  form.append("client_id", row.entry.client_id);
  form.append("at", row.entry.at);
  if (row.entry.line) form.append("line", row.entry.line);
  form.append("file", row.file, row.entry.name);
  const answer = await post(root.dataset.photos, form);
  if (answer.status >= 500) throw new Error("The portal could not take a picture now: it stays on the phone.");
  // Whoever else stands between may answer in its own words: the picture goes only for ours.
  const told = await answer.json().catch(() => ({}));
  const isTaken = answer.ok && told.photo;
  const isRefused = answer.status === 422 && told.words;
  if (!isTaken && !isRefused) {
    keepPhoto(row, told.words);
    throw new Error("The portal did not take a picture: it stays on the phone.");
  }
  await store("readwrite", (entries) => entries.delete(row.number));
  keptPhotos.get(row.number)?.remove();
  if (isRefused) complain(row.entry, { outcome: "refused", words: told.words });
}

const keptPhotos = new Map(); // what was said of them: they are tried again and again

function keepPhoto(row, why) {
  if (keptPhotos.has(row.number)) return;
  const note = complain(row.entry, {
    outcome: "refused",
    words: `${why ?? "The portal did not take this picture."} It stays on this phone and is sent again.`,
  });
  keptPhotos.set(row.number, note);
  note.append(button("Drop this picture", async () => {
    await store("readwrite", (entries) => entries.delete(row.number));
    note.remove();
    await tell();
    send();
  }));
}

function complain(entry, result) {
  const box = fieldset(entry);
  const note = document.createElement("div");
  note.className = "alert alert-warning";
  const what = box?.querySelector("legend")?.textContent.trim() ?? (entry.kind === "finish" ? "Signature" : entry.name ?? "Entry");
  note.append(Object.assign(document.createElement("p"), { textContent: `${what}: ${result.words}` }));
  if (entry.kind === "finish") finishWords.textContent = result.words;
  if (result.outcome === "conflict") {
    note.append(button("Use mine", () => {
      note.remove();
      again(entry);
    }), button("Keep theirs", () => note.remove()));
  } else {
    note.append(button("Understood", () => note.remove()));
  }
  problems.append(note);
  return note;
}

function button(text, act) {
  const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-plain me-2", textContent: text });
  made.addEventListener("click", act);
  return made;
}

function again(entry) {
  const line = entry.kind === "answer" ? server.items[entry.line] : server.devices[entry.line];
  const { client_id: _, at: __, ...rest } = entry;
  remember({ ...rest, version: line.version });
}

/* ---- what people do ---- */

function remember(entry) {
  answered.set(keyOf(entry), entry);
  const box = fieldset(entry);
  if (box) mark(box, "Kept on this phone");
  return write(entry);
}

function readAnswer(box) {
  const chosen = box.querySelector("input[type=radio]:checked")?.value ?? "";
  const note = box.querySelector("[name=note]").value.trim();
  const id = Number(box.dataset.item);
  const typed = box.querySelector("[name=reading]")?.value.trim().replace(",", ".") ?? "";
  const isReading = box.dataset.asked === "reading";
  const reading = typed && chosen !== "skipped" ? Number(typed) : null;
  if (isReading && chosen !== "skipped" && reading === null) return null;
  if (Number.isNaN(reading)) return "Write a number such as 21.5.";
  if (!chosen && !isReading) return null;
  if (["bad", "skipped"].includes(chosen) && !note) return "Say in a few words what you found.";
  if (box.dataset.asked === "text" && !note) return "Write a few words.";
  const result = isReading && chosen !== "skipped" ? "noted" : chosen;
  return { kind: "answer", line: id, version: server.items[id].version, result, reading, note };
}

function readDevice(box) {
  const seen = box.querySelector("input[type=radio]:checked")?.value ?? "";
  const serial = box.querySelector("[name=serial]").value.trim();
  const id = Number(box.dataset.device);
  if (!seen) return null;
  if (seen === "different" && !serial) return "Write the serial number that you see.";
  return { kind: "serial", line: id, version: server.devices[id].version, seen, serial, note: "" };
}

root.addEventListener("change", (event) => {
  if (event.target.matches("[data-photo]")) {
    takePicture(event.target);
    return;
  }
  const box = event.target.closest("[data-item], [data-device]");
  if (!box) return;
  if (event.target.matches("[name=reading]")) box.querySelector("input[value=noted]").checked = true;
  const entry = box.dataset.item ? readAnswer(box) : readDevice(box);
  if (typeof entry === "string") mark(box, entry);
  else if (entry) remember(entry);
});

async function takePicture(field) {
  const [file] = field.files;
  if (!file) return;
  const box = field.closest("[data-item]");
  const picture = await smaller(file);
  await write({ kind: "photo", line: Number(box.dataset.item), name: `${file.name.replace(/\.\w+$/, "")}.jpg` }, picture.blob);
  if (picture.preview) {
    const shown = Object.assign(document.createElement("img"), { src: picture.preview, alt: "Picture taken" });
    box.querySelector("[data-pictures]").append(shown);
  }
  field.value = "";
}

// Pictures of phones are far larger than a report needs, and the line on site is slow.
async function smaller(file) {
  try {
    const bitmap = await createImageBitmap(file);
    const scale = Math.min(1, 1600 / Math.max(bitmap.width, bitmap.height));
    const canvas = Object.assign(document.createElement("canvas"), {
      width: Math.round(bitmap.width * scale),
      height: Math.round(bitmap.height * scale),
    });
    canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.82));
    return { blob, preview: canvas.toDataURL("image/jpeg", 0.3) };
  } catch {
    return { blob: file, preview: "" };
  }
}

root.querySelector("[data-add]").addEventListener("click", async () => {
  const box = root.querySelector("[data-extra]");
  const [name, serial] = ["name", "serial"].map((field) => box.querySelector(`[name=${field}]`));
  if (!name.value.trim()) {
    mark(box, "Say what it is.");
    return;
  }
  await write({ kind: "extra", name: name.value.trim(), serial: serial.value.trim() });
  mark(box, `${name.value.trim()} is kept on this phone.`);
  name.value = serial.value = "";
});

/* ---- the signature ---- */

const canvas = document.getElementById("signature");
const pen = canvas.getContext("2d");
let strokes = [];
let stroke = null;

function point(event) {
  const box = canvas.getBoundingClientRect();
  const x = Math.round(((event.clientX - box.left) * canvas.width) / box.width);
  const y = Math.round(((event.clientY - box.top) * canvas.height) / box.height);
  return [Math.max(0, Math.min(canvas.width, x)), Math.max(0, Math.min(canvas.height, y))];
}

canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  stroke = point(event);
  strokes.push(stroke);
  pen.lineWidth = 3;
  pen.lineCap = "round";
  pen.strokeStyle = "#1b2430";
  pen.beginPath();
  pen.moveTo(...stroke);
});
canvas.addEventListener("pointermove", (event) => {
  if (!stroke) return;
  const at = point(event);
  stroke.push(...at);
  pen.lineTo(...at);
  pen.stroke();
});
for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { stroke = null; });
document.getElementById("signature-clear").addEventListener("click", () => {
  strokes = [];
  pen.clearRect(0, 0, canvas.width, canvas.height);
});

document.getElementById("finish").addEventListener("click", async () => {
  const value = (name) => closing.querySelector(`[name=${name}]`).value.trim();
  const missing = [...root.querySelectorAll("[data-required]")].filter((box) => {
    const line = server.items[box.dataset.item];
    return !line.result && !answered.has(`answer-${box.dataset.item}`);
  });
  if (missing.length) {
    finishWords.textContent = `Not answered yet: ${missing.slice(0, 3).map((box) => box.querySelector("legend").textContent.trim()).join(", ")}${missing.length > 3 ? " …" : ""}`;
    missing[0].scrollIntoView({ block: "center" });
    return;
  }
  if (!value("arrived") || !value("left")) {
    finishWords.textContent = "Write when you arrived and when you leave.";
    return;
  }
  if (!value("customer_name") && (strokes.length || !value("unsigned_why"))) {
    finishWords.textContent = "Write the name of the customer's person, or why nobody signs.";
    return;
  }
  finishWords.textContent = "Kept on this phone; it is sent when there is network.";
  await write({
    kind: "finish",
    arrived: new Date(value("arrived")).toISOString(),
    left: new Date(value("left")).toISOString(),
    trip: closing.querySelector("[name=trip]").checked,
    summary: value("summary"),
    customer_name: value("customer_name"),
    unsigned_why: value("unsigned_why"),
    strokes: strokes.length ? strokes : null,
  });
});

/* ---- the beginning ---- */

async function keepThePage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(root.dataset.worker, { scope: "/inspections/" });
  const ready = await navigator.serviceWorker.ready;
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (!event.data?.kept) return;
    isKept = true;
    root.dataset.kept = "";
    tell();
  });
  const parts = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const own = parts.filter((url) => url.origin === window.location.origin && /^\/(static|icons)\//.test(url.pathname));
  // A browser fetches the marks of boxes only once one is ticked: that may be without network.
  const marks = root.dataset.marks.split(" ").map((path) => new URL(path, window.location.href).href);
  ready.active?.postMessage({ keep: [window.location.pathname, ...new Set([...own.map((url) => url.href), ...marks])] });
}

// Whoever signs out leaves no customer's page on the phone; what was not sent stays.
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-drops-drafts")) navigator.serviceWorker?.controller?.postMessage({ forget: true });
}, true);
window.addEventListener("online", () => send().then(tell));
window.addEventListener("offline", tell);
setInterval(() => { if (navigator.onLine) send(); }, 30_000);

for (const row of await waiting()) {
  answered.set(keyOf(row.entry), row.entry);
  const box = fieldset(row.entry);
  if (!box) continue;
  show(box, { ...row.entry, chosen: row.entry.result ?? row.entry.seen });
  mark(box, "Kept on this phone");
}
showServer();
await tell();
send().then(tell);
keepThePage().catch(() => {});
