import Display

/// What the last cell of a page shows.
struct PageReport: Displayable {
  let claims: [Claim]
  let closing: String

  init(page: Page, exercises: [ExerciseRecord.Entry]) {
    claims = page.claims
    var sentences: [String] = []
    if !claims.isEmpty {
      let holding = claims.count { $0.holds }
      sentences.append(
        holding == claims.count
          ? "All \(claims.count) claims hold." : "\(holding) of \(claims.count) claims hold.")
    }
    if !exercises.isEmpty {
      let solved = exercises.count { $0.state == .correct }
      sentences.append("Exercises solved: \(solved) of \(exercises.count).")
    }
    var time = "Run time: \(Wording.seconds(page.elapsed))"
    if let budget = page.budget {
      time += " of \(Wording.seconds(budget))"
      if page.elapsed > budget { time += ", over budget" }
    }
    sentences.append(time + (Page.isQuick ? ", quick run." : "."))
    closing = sentences.joined(separator: " ")
  }

  var mimeBundle: MimeBundle {
    guard !claims.isEmpty else {
      return MimeBundle(text: closing, html: Wording.paragraph(closing))
    }
    var bundle = ClaimTable(claims: claims).mimeBundle
    if case .text(let text)? = bundle["text/plain"], case .text(let html)? = bundle["text/html"] {
      bundle["text/plain"] = .text(text + "\n\n" + closing)
      bundle["text/html"] = .text(html + "\n" + Wording.paragraph(closing))
    }
    return bundle
  }
}
