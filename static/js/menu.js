// The menu of a phone, lists that fold on a narrow screen, and the focus on what went wrong.

const button = document.querySelector(".menu-button");
const ways = document.getElementById("ways");

function open(wanted) {
  ways.toggleAttribute("data-open", wanted);
  button.setAttribute("aria-expanded", String(wanted));
}

if (button && ways) {
  button.addEventListener("click", () => open(!ways.hasAttribute("data-open")));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && ways.hasAttribute("data-open")) {
      open(false);
      button.focus();
    }
  });
}

const narrow = matchMedia("(max-width: 62rem)");
const folds = document.querySelectorAll(".fold");

function fold() {
  for (const list of folds) {
    list.open = !narrow.matches;
    list.setAttribute("data-ready", "");
  }
}

narrow.addEventListener("change", fold);
fold();

document.querySelector("[data-focus]")?.focus();
