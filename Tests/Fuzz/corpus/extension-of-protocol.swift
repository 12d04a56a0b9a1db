extension Collection where Element: Numeric {
  var total: Element { reduce(0, +) }
}
([1, 2, 3].total, [1.5, 2.5].total)
