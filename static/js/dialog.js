// Dialogs, menus and toasts.
//   data-dialog="id"   opens <dialog id>          data-close     closes the dialog it stands in
//   hx-target="#dialog"  what arrives in it opens it; `HX-Trigger: dialog:close` closes it
//   details[data-menu]   closes on Escape and on a click elsewhere      data-dismiss  removes a toast

const TOAST_MS = 8000;
const remote = document.getElementById("dialog");

function open(dialog) {
  dialog.dispatchEvent(new Event("portal:open"));
  if (!dialog.open) dialog.showModal();
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      open(dialog);
    }
  }
  const dialog = event.target.closest("dialog");
  // A click on the veil arrives at the dialog itself.
  if (dialog && (event.target === dialog || event.target.closest("[data-close]"))) {
    event.preventDefault();
    dialog.close();
  }
  event.target.closest("[data-dismiss]")?.closest("[data-toast]")?.remove();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

if (remote) {
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === remote && remote.childElementCount) open(remote);
  });
  document.addEventListener("dialog:close", () => remote.close());
  remote.addEventListener("close", () => remote.replaceChildren());
}

// Good news leaves by itself, bad news stays until it was read.
function watchToasts(scope) {
  for (const toast of scope.querySelectorAll('[data-toast="success"], [data-toast="info"]')) {
    if (toast.dataset.watched) continue;
    toast.dataset.watched = "1";
    const leave = () => {
      if (toast.matches(":hover, :focus-within")) setTimeout(leave, TOAST_MS);
      else toast.remove();
    };
    setTimeout(leave, TOAST_MS);
  }
}

/** Show a message made in the browser, for answers that carry none. */
function showToast(text) {
  const holder = document.getElementById("toasts");
  if (!holder) return;
  const toast = document.createElement("div");
  toast.className = "toast show toast-error";
  toast.dataset.toast = "error";
  toast.setAttribute("role", "alert");
  const line = document.createElement("div");
  line.className = "toast-line";
  const words = document.createElement("p");
  words.textContent = text;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet btn-sm";
  button.dataset.dismiss = "";
  button.textContent = "Dismiss";
  line.append(words, button);
  toast.append(line);
  holder.append(toast);
}

const SORRY = {
  403: "This is not open to you. Nothing was changed.",
  404: "It is no longer there. Reload the page.",
  409: "Somebody else was quicker. Reload the page to see what changed.",
  413: "The files are too large together.",
  429: "Too many tries. Wait a moment and try again.",
};

document.addEventListener("htmx:beforeSwap", (event) => {
  // An error that brings its own words says where they belong.
  const { xhr } = event.detail;
  if (xhr.status >= 400 && xhr.getResponseHeader("HX-Retarget")) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.elt.closest("[data-poll]") === event.detail.elt) return; // poll.js tells it quietly
  showToast(SORRY[event.detail.xhr.status] ?? "Something broke on our side. Nothing was changed.");
});
document.addEventListener("htmx:sendError", (event) => {
  if (event.detail.elt.closest("[data-poll]") === event.detail.elt) return;
  showToast("No connection. Nothing was sent; your text is still here.");
});
document.addEventListener("htmx:afterSettle", () => watchToasts(document));
watchToasts(document);
