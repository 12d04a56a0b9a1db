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
  TableContent(value)?.html
}

extension TableContent {
  var html: String {
    let alignments = columns.indices.map { column in
      if column == elidedColumn { return "center" }
      return isNumeric(column: column) ? "right" : "left"
    }
    let hasHeadings = rows.contains {
      if case .cells(heading: _?, _) = $0 { true } else { false }
    }
    // Pages typeset what stands between dollar signs, prices too, unless these classes say no.
    var html = "<table class=\"tex2jax_ignore mathjax_ignore\">\n<thead><tr>"
    if hasHeadings { html += "<th></th>" }
    for (name, alignment) in zip(columns, alignments) {
      html += "<th style=\"text-align: \(alignment)\">\(escapedHTML(name))</th>"
    }
    html += "</tr></thead>\n<tbody>\n"
    for row in rows {
      switch row {
      case .elision(let count):
        let span = columns.count + (hasHeadings ? 1 : 0)
        html += "<tr><td colspan=\"\(span)\" style=\"text-align: center; opacity: 0.6\">"
        html += "… \(groupedDigits(count)) more rows …</td></tr>\n"
      case .cells(let heading, let cells):
        html += "<tr>"
        if let heading { html += "<th>\(heading)</th>" }
        for (cell, alignment) in zip(cells, alignments) {
          let style = "text-align: \(alignment)" + (cell.isMissing ? "; opacity: 0.6" : "")
          html += "<td style=\"\(style)\">\(escapedHTML(cell.text))</td>"
        }
        html += "</tr>\n"
      }
    }
    return html + "</tbody>\n</table>"
  }
}

/// `text` with the characters replaced that mean something in HTML's text and attributes.
func escapedHTML(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
