extension Table {
  /// The table for a page.
  ///
  /// It brings alignment and nothing else, so that it takes on the colours and lines of the page.
  var html: String {
    // Pages typeset what stands between dollar signs, prices too, unless these classes say no.
    var html = "<table class=\"tex2jax_ignore mathjax_ignore\">\n"
    if !caption.isEmpty { html += "<caption>\(escapedHTML(caption))</caption>\n" }
    if columns.contains(where: { !$0.title.isEmpty }) {
      html += "<thead><tr>"
      for column in columns {
        html +=
          column.title.isEmpty
          ? "<th></th>" : "<th\(style(column))>\(escapedHTML(column.title))</th>"
      }
      html += "</tr></thead>\n"
    }
    html += "<tbody>\n"
    for row in rows {
      switch row {
      case .note(let text):
        html += "<tr><td colspan=\"\(columns.count)\" style=\"text-align: center; opacity: 0.6\">"
        html += "\(escapedHTML(text))</td></tr>\n"
      case .cells(let cells):
        html += "<tr>" + zip(cells, columns).map(html(of:in:)).joined() + "</tr>\n"
      }
    }
    html += "</tbody>\n</table>"
    for note in footnotes { html += "\n<div>\(escapedHTML(note))</div>" }
    return html
  }

  private func html(of cell: Cell, in column: Column) -> String {
    var text = escapedHTML(cell.text)
    if cell.emphasis == .code { text = "<code>\(text)</code>" }
    if let link = cell.link { text = "<a href=\"\(escapedHTML(link))\">\(text)</a>" }
    let hint = cell.hint.map { " title=\"\(escapedHTML($0))\"" } ?? ""
    let tag = cell.emphasis == .heading ? "th" : "td"
    return "<\(tag)\(style(column, cell.emphasis))\(hint)>\(text)</\(tag)>"
  }

  private func style(_ column: Column, _ emphasis: Emphasis? = nil) -> String {
    let more =
      switch emphasis {
      // Green and red that can be read on white and on black.
      case .good: "; color: #23803a"
      case .bad: "; color: #c8372c"
      case .faint: "; opacity: 0.6"
      case .heading, .code, nil: ""
      }
    return " style=\"text-align: \(column.alignment.rawValue)\(more)\""
  }
}
