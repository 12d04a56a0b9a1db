// Formulas that are wider than their column scroll: let the keyboard reach them.
function reachWideFormulas() {
  for (const formula of document.querySelectorAll("mjx-container[display], div.cell_output, pre")) {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
  }
}
addEventListener("load", () => {
  const ready = window.MathJax?.startup?.promise ?? Promise.resolve();
  ready.then(reachWideFormulas);
});
addEventListener("resize", reachWideFormulas);
