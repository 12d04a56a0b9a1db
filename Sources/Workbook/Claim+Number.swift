import Tensors

extension Claim {
  /// What figures and references are given as: numbers, and tensors with one element.
  public protocol Number {
    /// The number as it is compared.
    var claimed: Double { get }
  }

  /// A number written in the source text, which no claim can be made of.
  public struct TypedNumber: ExpressibleByFloatLiteral, ExpressibleByIntegerLiteral, Sendable {
    public init(floatLiteral value: Double) {}
    public init(integerLiteral value: Int) {}
  }
}

extension Double: Claim.Number {
  public var claimed: Double { self }
}

extension Float: Claim.Number {
  public var claimed: Double { Double(self) }
}

extension Int: Claim.Number {
  public var claimed: Double { Double(self) }
}

extension Tensor: Claim.Number {
  public var claimed: Double { item() }
}

extension Duration: Claim.Number {
  /// Seconds.
  public var claimed: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
