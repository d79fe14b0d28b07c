// Comfort only: without it the chips, the choices and the buttons are plain form posts.
const form = document.querySelector("form[data-pay]");
form?.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-number]");
  if (chip === null) return;
  event.preventDefault();
  form.elements.number.value = chip.dataset.number;
  form.elements.expiry.value = chip.dataset.expiry;
  form.elements.cvc.value = chip.dataset.cvc;
  (form.elements.email.value ? form.querySelector("#button .pay") : form.elements.email).focus();
});
form?.addEventListener("input", ({ target, inputType }) => {
  if (target.name === "number" && target.selectionStart === target.value.length) {
    target.value = target.value.replace(/\D/g, "").slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
  }
  if (target.name === "expiry" && !inputType?.startsWith("delete")) {
    target.value = target.value.replace(/\D/g, "").slice(0, 4).replace(/^(\d{2})/, "$1 / ");
  }
});

// A choice counts the sums again in place: what was typed, and where one was typing, stays as it is.
let asked = 0;
async function count(step) {
  const turn = ++asked;
  const fields = new FormData(form);
  for (const secret of ["number", "expiry", "cvc", "iban"]) fields.delete(secret);
  fields.set("do", step);
  const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams(fields) });
  const [main] = (await answer.text()).match(/<main[^]*<\/main>/); // its styles are ours already, under another nonce
  const page = new DOMParser().parseFromString(main, "text/html");
  if (turn !== asked) return;
  if (page.getElementById("order") === null) return location.reload(); // closed meanwhile
  const parts = ["order", "button"];
  const free = (place) => "free" in place.getElementById("means").dataset;
  if (free(page) !== free(document)) parts.push("means");
  const code = document.getElementById("code");
  const typing = code !== null && document.activeElement === code;
  for (const id of parts) document.getElementById(id).replaceWith(page.getElementById(id));
  dress();
  const fresh = document.getElementById("code");
  if (step === "look" && code !== null && fresh !== null) {
    fresh.value = code.value; // typed while the sums were counted
    if (typing) fresh.focus();
  }
  if (step !== "look") (document.querySelector(".code input, .code button") ?? form).focus();
}
function dress() {
  for (const button of document.querySelectorAll("[data-live]")) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      count(button.value);
    });
  }
  document.getElementById("code")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target.value.trim() === "") return;
    event.preventDefault();
    count("code");
  });
  for (const picture of document.querySelectorAll(".picture img")) {
    const remove = () => picture.replaceWith(picture.dataset.letter);
    if (picture.complete && picture.naturalWidth === 0) remove();
    else picture.addEventListener("error", remove);
  }
  for (const moment of document.querySelectorAll("time")) {
    const at = new Date(moment.dateTime);
    moment.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  }
}
dress();
for (const choice of document.querySelectorAll("[data-look]")) choice.addEventListener("change", () => count("look"));
if (form?.elements.country?.value && document.querySelector("[data-pending]")) count("look");
form?.addEventListener("submit", () => {
  const button = form.querySelector("#button .pay");
  button.disabled = true;
  button.textContent = "Paying…";
});
// Coming back with the browser's arrow shows the page as it was left.
addEventListener("pageshow", (event) => event.persisted && location.reload());
