/// Shows a value below the cell, as often as you like; the last expression of a cell is shown by
/// itself.
public func display<Value>(_ value: Value) {
  Notebook.send(.show(mimeBundle(of: value), id: nil))
}

/// Shows a value under a name, so that ``updateDisplay(_:id:)`` can replace it later, also from
/// another cell.
public func display<Value>(_ value: Value, id: String) {
  Notebook.send(.show(mimeBundle(of: value), id: id))
}

/// Shows HTML.
public func display(html: String) {
  Notebook.send(.show(MimeBundle(text: html, html: html), id: nil))
}

/// Shows Markdown, with formulas between dollar signs.
public func display(markdown: String) {
  Notebook.send(.show(MimeBundle(text: markdown, markdown: markdown), id: nil))
}

/// Shows a formula in LaTeX.
///
///     display(latex: "\\frac{1}{2} x^2")
///
/// A text without delimiters is set as a formula of its own line.
public func display(latex: String) {
  let isDelimited = ["$", "\\[", "\\(", "\\begin{"].contains { latex.contains($0) }
  let formula = isDelimited ? latex : "$$\(latex)$$"
  Notebook.send(.show(MimeBundle(text: latex, latex: formula), id: nil))
}

/// Replaces what was shown with the same `id`.
public func updateDisplay<Value>(_ value: Value, id: String) {
  Notebook.send(.update(mimeBundle(of: value), id: id))
}

/// Removes the output of the cell so far; with `wait`, only when new output comes, which avoids
/// flicker in animations.
public func clearOutput(wait: Bool = false) {
  Notebook.send(.clear(wait: wait))
}

/// Asks the reader for a line of text; the front end shows `prompt` beside the field.
///
/// - Throws: ``InputUnavailable`` in a notebook that runs without anybody to ask.
public func readLine(prompt: String) throws -> String {
  guard let host = Notebook.host else {
    print(prompt, terminator: "")
    guard let line = Swift.readLine() else { throw InputUnavailable() }
    return line
  }
  return try host.readLine(prompt: prompt, isSecret: false)
}

/// Asks the reader for a line that is not shown while it is typed, such as a password.
///
/// - Throws: ``InputUnavailable`` in a notebook that runs without anybody to ask, and in a plain
///   program, where a terminal would echo the secret.
public func readSecret(prompt: String) throws -> String {
  guard let host = Notebook.host else { throw InputUnavailable() }
  return try host.readLine(prompt: prompt, isSecret: true)
}

/// The representations in which a notebook shows `value`.
public func mimeBundle<Value>(of value: Value) -> MimeBundle {
  if let displayable = value as? any Displayable { return displayable.mimeBundle }
  let texts = shownTexts(of: value, isTableWanted: true)
  return MimeBundle(text: texts.text, html: texts.html)
}
