// Shows only the parts of an item's form that its kind has. Without this script all parts are there.

const form = document.getElementById("item-form");
const kind = form.elements.namedItem("kind");

function show() {
  form.querySelectorAll("[data-kinds]").forEach((part) => {
    part.hidden = !part.dataset.kinds.split(" ").includes(kind.value);
  });
}

kind.addEventListener("change", show);
show();
