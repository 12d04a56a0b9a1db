// Settings that MathJax reads when it loads.
window.MathJax = {
  messageStyle: "none",
  showMathMenu: false,
  displayAlign: "center",
  tex2jax: {
    inlineMath: [["$", "$"], ["\\(", "\\)"]],
    displayMath: [["$$", "$$"], ["\\[", "\\]"]],
    processEscapes: true,
    skipTags: ["script", "noscript", "style", "textarea", "pre", "code"],
  },
  TeX: { equationNumbers: { autoNumber: "AMS" } },
  SVG: { scale: 95, linebreaks: { automatic: true } },
};
