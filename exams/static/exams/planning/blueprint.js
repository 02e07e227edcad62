// Adds lines to the table of a blueprint without a round trip; without this module the button does it by the server.

const button = document.querySelector("[data-add-line]");
const blank = document.getElementById("blank-line");
const cells = document.getElementById("cells");
const total = document.querySelector("[name=cells-TOTAL_FORMS]");
const most = Number(document.querySelector("[name=cells-MAX_NUM_FORMS]")?.value ?? 60);

function addLine() {
  const number = Number(total.value);
  if (number >= most) return;
  const holder = document.createElement("tbody");
  holder.innerHTML = blank.innerHTML.replaceAll("__prefix__", String(number));
  const line = holder.querySelector("tr");
  cells.append(line);
  total.value = String(number + 1);
  line.querySelector("select").focus();
}

button?.addEventListener("click", (event) => {
  event.preventDefault();
  addLine();
});
