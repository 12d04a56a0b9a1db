func look(in place: String, for item: String, where condition: (String) -> Bool = { _ in true }) -> Bool {
  condition(item) && place.contains(item)
}
look(in: "haystack", for: "st")
