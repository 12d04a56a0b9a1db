func distinct<S: Sequence>(_ items: S) -> [S.Element] where S.Element: Hashable {
  var seen: Set<S.Element> = []
  return items.filter { seen.insert($0).inserted }
}
distinct([1, 2, 1, 3, 2])
