// A page that waits for its turn sends again, after the pause that the server asked for, what it keeps.

const form = document.querySelector("form[data-again]");

if (form) {
  const timer = setTimeout(() => form.submit(), Number(form.dataset.again) * 1000);
  form.addEventListener("submit", () => clearTimeout(timer)); // a person was faster
}
