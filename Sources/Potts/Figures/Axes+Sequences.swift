import Plotting
import Tensors

#if canImport(Glibc)
  import Glibc
#endif

extension Alphabet {
  /// Colours by chemistry: amino acids that dissolve oil, acids, bases, aromatic ones and others;
  /// bases by custom.
  public var colors: [Character: Color] {
    let groups: [(String, Color)] =
      letters.count < 6
      ? [("A", .green), ("C", .blue), ("G", .orange), ("TU", .red)]
      : [
        ("AVLIMC", .foreground), ("FWYH", .purple), ("DE", .red), ("KR", .blue), ("STNQ", .green),
        ("GP", .orange),
      ]
    var colors: [Character: Color] = [:]
    for (names, color) in groups { for letter in names { colors[letter] = color } }
    return colors
  }
}

extension Axes {
  /// The letters of an alignment by position: a stack is as high as the information that knowing
  /// the position's distribution brings, log₂ q − H, in bits; a letter has its share of it.
  ///
  /// Weighted frequencies without a correction for few sequences, which look more certain than they
  /// are.
  public static func logo(
    _ alignment: Alignment, residues: ClosedRange<Int>? = nil, title: String = ""
  ) -> Axes {
    let (q, count) = (alignment.alphabet.states, alignment.alphabet.letters.count)
    let shown = alignment.numbers.indices.filter {
      residues?.contains(alignment.numbers[$0]) ?? true
    }
    let shares = alignment.frequencies().array(of: Double.self)
    let heights = shown.map { i in
      let site = shares[(i * q)..<(i * q + q)]
      let entropy = site.reduce(0.0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
      return site.prefix(count).map { $0 * (log2(Double(q)) - entropy) }
    }
    return Axes(title, x: "residue", y: "information, bits") {
      Logo(
        heights, letters: String(alignment.alphabet.letters),
        at: shown.map { alignment.numbers[$0] }, colors: alignment.alphabet.colors)
    }
  }

  /// Energies −Σ h − Σ J of several sets of sequences under one model: lower is more probable.
  public static func energies(
    _ model: PottsModel, of sets: [(name: String, sequences: Alignment)], bins: Int = 40,
    title: String = ""
  ) -> Axes {
    let energies = sets.map { model.energies($0.sequences) }
    let (low, high) = (
      energies.compactMap { $0.min() }.min() ?? 0, energies.compactMap { $0.max() }.max() ?? 1
    )
    return Axes(title, x: "energy, nats", y: "density") {
      for (k, set) in sets.enumerated() {
        Histogram(
          energies[k], weights: set.sequences.weights, bins: bins,
          range: low...max(high, low + 1e-9),
          density: true, label: set.name, opacity: 0.55)
      }
    }
  }

  /// The effects of all single mutations of a sequence: blue is fitter, red is worse, dots are the
  /// sequence's own letters.
  public static func mutations(
    _ model: PottsModel, of sequence: some Collection<UInt8>, residues: ClosedRange<Int>? = nil,
    title: String = ""
  ) -> Axes {
    let shown = model.numbers.indices.filter { residues?.contains(model.numbers[$0]) ?? true }
    let letters = model.alphabet.letters
    let effects = model.singleEffects(of: sequence)
    let rows = letters.indices.map { a in shown.map { effects[$0, a].item() as Double } }
    let reach = max(rows.joined().map { abs($0) }.max() ?? 1, 1e-9)
    let own = zip(model.numbers.indices, sequence).filter {
      shown.contains($0.0) && Int($0.1) < letters.count
    }
    return Axes(
      title, x: "residue",
      y: Axis(
        limits: -0.5...(Double(letters.count) - 0.5),
        ticks: .labelled(letters.indices.map { Double($0) }, letters.map { String($0) }))
    ) {
      Heatmap(
        shown.map { model.numbers[$0] }, Array(letters.indices), rows, colors: .blueRed.reversed,
        range: -reach...reach, label: "change of the score, nats")
      Scatter(
        own.map { model.numbers[$0.0] }, own.map { Int($0.1) }, color: .foreground, size: 2.5)
    }
  }
}
