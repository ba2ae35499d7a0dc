// A question that only some answers call for is there when they are given; without a script its hint says when.

const parts = document.querySelectorAll("[data-when]");

function judge() {
  for (const part of parts) {
    const { elements } = part.closest("form");
    const other = elements[part.dataset.when]; // asked in another section: the hint alone says when
    if (other) part.hidden = other.value !== part.dataset.equals;
  }
}

document.addEventListener("change", judge);
document.addEventListener("strefa:filled", judge);
judge();
