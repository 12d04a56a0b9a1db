/// An HTML table for arrays of structs, tuples or dictionaries, and for dictionaries; `nil` for
/// everything else.
///
/// ```swift
/// struct City { var name: String; var people: Int }
/// htmlTable(of: [City(name: "Ulm", people: 126_000)])  // <table …><thead><tr><th></th>…
/// htmlTable(of: [1, 2, 3])                             // nil
/// ```
///
/// A row is numbered by its subscript; a dictionary's row begins with its key. Of more than 40
/// rows, or 16 columns, the first and the last few are shown with a count of the others. The
/// table brings alignment and nothing else, so that it takes on the colours and lines of the page.
public func htmlTable<Value>(of value: Value) -> String? {
  TableContent(value)?.table.html
}
