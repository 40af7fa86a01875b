"use strict";
(() => {
  const list = document.getElementById("columns"), form = document.querySelector(".tools");
  const openTarget = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.tagName === "DETAILS") target.open = true;
  };
  addEventListener("hashchange", openTarget);
  openTarget();
  if (!list) return;
  const rows = [...list.children];
  // On paper, what is not stable stands open.
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = rows.filter(row => !row.hidden && !row.open && !row.classList.contains("stable")).slice(0, 40);
    for (const row of opened) row.open = true;
  });
  addEventListener("afterprint", () => { for (const row of opened) row.open = false; });
  if (!form) return;
  form.hidden = false;
  const names = new Map(rows.map(row => [row, row.querySelector("bdi").textContent]));
  const search = document.getElementById("search"), order = document.getElementById("order");
  const open = document.getElementById("open"), boxes = [...form.querySelectorAll("[type=checkbox]")];
  const filter = () => {
    const text = search.value.trim().toLowerCase();
    const verdicts = boxes.filter(box => box.checked).map(box => box.value);
    let shown = 0;
    for (const row of rows) {
      const fits = verdicts.includes(row.classList[0]) && names.get(row).toLowerCase().includes(text);
      row.hidden = !fits;
      shown += fits;
    }
    document.getElementById("none").hidden = shown > 0;
    document.getElementById("shown").textContent = shown < rows.length ? `${shown} of ${rows.length}` : "";
  };
  const collator = new Intl.Collator(undefined, { numeric: true });
  const compare = {
    given: () => 0,
    kl: (a, b) => b.dataset.k - a.dataset.k,
    name: (a, b) => collator.compare(names.get(a), names.get(b)),
  };
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("input", filter);
  order.addEventListener("change", () => list.append(...[...rows].sort(compare[order.value])));
  open.addEventListener("click", () => {
    const shown = rows.filter(row => !row.hidden), all = shown.every(row => row.open);
    for (const row of shown) row.open = !all;
    open.textContent = all ? "Open all" : "Close all";
  });
  addEventListener("keydown", event => {
    if (event.key === "/" && !/INPUT|SELECT/.test(document.activeElement.tagName)) {
      event.preventDefault();
      search.focus();
    }
  });
  filter();
})();
