/// How a mathematical symbol behaves towards its neighbours.
enum MathClass: Sendable {
  case ordinary, binary, relation, opening, closing, punctuation
  /// A named function such as `\log`: upright, with a thin space before its argument.
  case function
  /// A sign such as `\sum`: larger, with its limits above and below.
  case largeOperator
  /// A named function whose subscript stands below it, such as `\min`.
  case limitFunction
  /// An integral sign: larger, with its limits at its side.
  case integral
}

/// The commands that stand for one symbol or name.
enum MathSymbols {
  static func lookUp(_ command: String) -> (text: String, kind: MathClass)? {
    if let letter = letters[command] { return (letter, .ordinary) }
    if let sign = relations[command] { return (sign, .relation) }
    if let sign = binaries[command] { return (sign, .binary) }
    if let sign = ordinary[command] { return (sign, .ordinary) }
    if let sign = large[command] { return (sign, .largeOperator) }
    if let sign = integrals[command] { return (sign, .integral) }
    if let sign = openings[command] { return (sign, .opening) }
    if let sign = closings[command] { return (sign, .closing) }
    if functions.contains(command) { return (command, .function) }
    if let name = limitFunctions[command] { return (name, .limitFunction) }
    return nil
  }

  /// Whether `command` is a Greek letter, which is set in italics when it is lower case.
  static func isGreek(_ command: String) -> Bool { letters[command] != nil }

  private static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε",
    "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
    "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "varpi": "ϖ", "rho": "ρ",
    "varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ",
    "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ",
    "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ",
    "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
  ]

  private static let relations: [String: String] = [
    "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥", "ne": "≠", "neq": "≠", "approx": "≈",
    "sim": "∼", "simeq": "≃", "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉", "ni": "∋",
    "subset": "⊂", "subseteq": "⊆", "supset": "⊃", "supseteq": "⊇", "to": "→",
    "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒",
    "Leftarrow": "⇐", "Leftrightarrow": "⇔", "mapsto": "↦", "ll": "≪", "gg": "≫", "mid": "∣",
    "parallel": "∥", "perp": "⊥", "succeq": "⪰", "preceq": "⪯", "succ": "≻", "prec": "≺",
    "triangleq": "≜", "coloneqq": "≔", "cong": "≅", "leftrightharpoons": "⇌",
  ]

  private static let binaries: [String: String] = [
    "pm": "±", "mp": "∓", "times": "×", "div": "÷", "cdot": "⋅", "ast": "∗", "circ": "∘",
    "oplus": "⊕", "otimes": "⊗", "odot": "⊙", "cup": "∪", "cap": "∩", "setminus": "∖",
    "wedge": "∧", "vee": "∨", "land": "∧", "lor": "∨", "bullet": "∙",
  ]

  private static let ordinary: [String: String] = [
    "infty": "∞", "partial": "∂", "nabla": "∇", "ell": "ℓ", "hbar": "ℏ", "star": "⋆",
    "forall": "∀", "exists": "∃", "emptyset": "∅", "neg": "¬", "prime": "′", "dagger": "†",
    "degree": "°", "ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "top": "⊤",
    "bot": "⊥", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "square": "□", "angle": "∠", "%": "%",
    "#": "#", "&": "&", "$": "$", "_": "_", "|": "‖", "Vert": "‖", "vert": "|",
  ]

  private static let large: [String: String] = [
    "sum": "∑", "prod": "∏", "bigcup": "⋃", "bigcap": "⋂", "bigoplus": "⨁", "bigotimes": "⨂",
  ]
  private static let integrals: [String: String] = ["int": "∫", "iint": "∬", "oint": "∮"]
  private static let openings: [String: String] = [
    "{": "{", "langle": "⟨", "lfloor": "⌊", "lceil": "⌈", "lbrace": "{", "lVert": "‖",
    "lvert": "|",
  ]
  private static let closings: [String: String] = [
    "}": "}", "rangle": "⟩", "rfloor": "⌋", "rceil": "⌉", "rbrace": "}", "rVert": "‖",
    "rvert": "|",
  ]

  private static let functions: Set<String> = [
    "log", "ln", "lg", "exp", "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "deg", "dim", "ker", "hom", "arg", "det", "Pr", "gcd",
  ]
  private static let limitFunctions: [String: String] = [
    "min": "min", "max": "max", "inf": "inf", "sup": "sup", "lim": "lim", "argmin": "arg min",
    "argmax": "arg max", "limsup": "lim sup", "liminf": "lim inf",
  ]

  static let accents: [String: MathAccent] = [
    "hat": .hat, "widehat": .wideHat, "bar": .bar, "overline": .wideBar, "tilde": .tilde,
    "widetilde": .wideTilde, "vec": .vector, "dot": .dot, "ddot": .twoDots,
    "underline": .underline,
  ]

  /// Widths of spaces in em.
  static let spaces: [String: Double] = [
    ",": 0.167, ":": 0.222, ";": 0.278, "!": -0.167, " ": 0.25, "quad": 1, "qquad": 2,
    "thinspace": 0.167,
  ]

  static let alphabets: [String: MathAlphabet] = [
    "mathbb": .doubleStruck, "mathcal": .script, "mathscr": .script, "mathrm": .upright,
    "mathit": .italic, "mathbf": .bold, "boldsymbol": .boldItalic, "bm": .boldItalic,
    "mathsf": .upright, "mathfrak": .fraktur, "operatorname": .upright, "mathtt": .typewriter,
  ]
}

enum MathAccent: Sendable {
  case hat, wideHat, bar, wideBar, tilde, wideTilde, vector, dot, twoDots, underline
}

/// A style of letters.
enum MathAlphabet: Sendable {
  case italic, upright, bold, boldItalic, doubleStruck, script, fraktur, typewriter

  /// The letter in the mathematical alphanumeric block, where this alphabet has it.
  func styled(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    let value = scalar.value
    let (base, exceptions): (UInt32, [UInt32: UInt32])
    switch self {
    case .upright: return nil
    case .italic:
      if 0x3B1...0x3C9 ~= value { return Unicode.Scalar(0x1D6FC + value - 0x3B1) }
      if let variant = MathAlphabet.italicVariants[value] { return Unicode.Scalar(variant) }
      (base, exceptions) = (0x1D434, [0x68: 0x210E])
    case .bold:
      if 0x30...0x39 ~= value { return Unicode.Scalar(0x1D7CE + value - 0x30) }
      (base, exceptions) = (0x1D400, [:])
    case .boldItalic:
      if 0x3B1...0x3C9 ~= value { return Unicode.Scalar(0x1D736 + value - 0x3B1) }
      (base, exceptions) = (0x1D468, [:])
    case .doubleStruck:
      if 0x30...0x39 ~= value { return Unicode.Scalar(0x1D7D8 + value - 0x30) }
      (base, exceptions) = (
        0x1D538,
        [
          0x43: 0x2102, 0x48: 0x210D, 0x4E: 0x2115, 0x50: 0x2119, 0x51: 0x211A, 0x52: 0x211D,
          0x5A: 0x2124,
        ]
      )
    case .script:
      (base, exceptions) = (
        0x1D49C,
        [
          0x42: 0x212C, 0x45: 0x2130, 0x46: 0x2131, 0x48: 0x210B, 0x49: 0x2110, 0x4C: 0x2112,
          0x4D: 0x2133, 0x52: 0x211B, 0x65: 0x212F, 0x67: 0x210A, 0x6F: 0x2134,
        ]
      )
    case .typewriter:
      if 0x30...0x39 ~= value { return Unicode.Scalar(0x1D7F6 + value - 0x30) }
      (base, exceptions) = (0x1D670, [:])
    case .fraktur:
      (base, exceptions) = (
        0x1D504, [0x43: 0x212D, 0x48: 0x210C, 0x49: 0x2111, 0x52: 0x211C, 0x5A: 0x2128]
      )
    }
    if let exception = exceptions[value] { return Unicode.Scalar(exception) }
    if 0x41...0x5A ~= value { return Unicode.Scalar(base + value - 0x41) }
    if 0x61...0x7A ~= value { return Unicode.Scalar(base + 26 + value - 0x61) }
    return nil
  }

  private static let italicVariants: [UInt32: UInt32] = [
    0x3F5: 0x1D716, 0x3D1: 0x1D717, 0x3F0: 0x1D718, 0x3D5: 0x1D719, 0x3F1: 0x1D71A,
    0x3D6: 0x1D71B, 0x2202: 0x1D715,
  ]
}
