// Comfort only: without it the chips and the button are plain form posts.
const form = document.querySelector("form[data-pay]");
for (const chip of document.querySelectorAll("[data-number]")) {
  chip.addEventListener("click", (event) => {
    event.preventDefault();
    form.elements.number.value = chip.dataset.number;
    form.elements.expiry.value = chip.dataset.expiry;
    form.elements.cvc.value = chip.dataset.cvc;
    (form.elements.email.value ? form.querySelector(".pay") : form.elements.email).focus();
  });
}
form?.elements.number.addEventListener("input", ({ target }) => {
  if (target.selectionStart !== target.value.length) return;
  target.value = target.value.replace(/\D/g, "").slice(0, 19).replace(/(\d{4})(?=\d)/g, "$1 ");
});
form?.elements.expiry.addEventListener("input", ({ target, inputType }) => {
  if (inputType?.startsWith("delete")) return;
  target.value = target.value.replace(/\D/g, "").slice(0, 4).replace(/^(\d{2})/, "$1 / ");
});
form?.addEventListener("submit", () => {
  const button = form.querySelector(".pay");
  button.disabled = true;
  button.textContent = "Paying…";
});
// Coming back with the browser's arrow shows the page as it was left.
addEventListener("pageshow", (event) => event.persisted && location.reload());
for (const picture of document.querySelectorAll(".picture img")) {
  const remove = () => picture.replaceWith(picture.dataset.letter);
  if (picture.complete && picture.naturalWidth === 0) remove();
  else picture.addEventListener("error", remove);
}
for (const moment of document.querySelectorAll("time")) {
  const at = new Date(moment.dateTime);
  moment.textContent = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
}
