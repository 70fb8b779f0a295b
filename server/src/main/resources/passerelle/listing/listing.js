// The filter: shows the rows whose name holds every word that was typed.
{
  const box = document.querySelector(".filter");
  const input = box.querySelector("input");
  const summary = document.querySelector(".bar p");
  const total = summary.textContent;
  const groups = document.querySelectorAll("tbody:not(.up)");
  const plain = text => text.normalize("NFC").toLowerCase();
  let names;

  const filter = () => {
    names ??= Array.from(groups, group => Array.from(group.rows, row => plain(row.cells[0].textContent)));
    const words = plain(input.value).split(" ").filter(Boolean);
    let all = 0;
    let left = 0;
    groups.forEach((group, g) => {
      const fits = names[g].map(name => words.every(word => name.includes(word)));
      const count = fits.filter(Boolean).length;
      all += fits.length;
      left += count;
      group.hidden = count === 0;
      group.style.setProperty("--rows", count);
      if (count > 0) {
        fits.forEach((fit, i) => {
          group.rows[i].hidden = !fit;
        });
      }
    });
    summary.textContent = words.length
      ? `${left.toLocaleString("en")} of ${all.toLocaleString("en")} names fit`
      : total;
  };

  let waiting;
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, groups.length > 20 ? 200 : 0);
  });
  input.addEventListener("keydown", event => {
    if (event.key === "Escape") {
      input.value = "";
      filter();
    }
  });
  box.hidden = groups.length === 0;
}
