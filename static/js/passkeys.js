// Passkeys: shown where browser and address can use them, and refusals in words. The ceremony itself is allauth's.
const WORDS = {
  NotAllowedError: "That was not finished. Try again, or use your password.",
  InvalidStateError: "This device has a passkey for your account already.",
  SecurityError: "Passkeys do not work at this address.",
};
const OTHERWISE = "The passkey could not be used. Try again, or use your password.";

// A passkey belongs to a name: browsers refuse one for a bare IP address.
const isNumber = /^[\d.]+$|:/.test(location.hostname);
const works = Boolean(window.PublicKeyCredential) && !isNumber;

for (const part of document.querySelectorAll("[data-passkeys]")) part.hidden = !works;
for (const part of document.querySelectorAll("[data-no-passkeys]")) part.hidden = works;

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  const told = document.querySelector("[data-passkeys-problem]");
  if (!told) return;
  told.textContent = WORDS[event.detail.exception?.name] ?? OTHERWISE;
  told.hidden = false;
});
