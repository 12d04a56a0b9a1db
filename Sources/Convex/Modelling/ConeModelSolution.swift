import Display
import Tensors

/// What was found for a model: the values of its expressions.
public struct ConeModelSolution: Sendable, CustomStringConvertible, Displayable {
  /// What was found for its cone program.
  public let solution: ConeSolution
  let constant: Double

  /// How it ended.
  public var status: ConvexStatus { solution.status }
  /// Whether the status is `solved`.
  public var isSolved: Bool { solution.isSolved }
  /// The least value.
  public var objective: Double { solution.objective + constant }

  /// The values of an expression.
  public subscript(_ e: AffineExpression) -> [Double] {
    zip(e.terms, e.constants).map { row, constant in
      row.reduce(constant) { $0 + $1.coefficient * solution.x[$1.variable] }
    }
  }

  /// The value of a matrix, [order, order].
  public subscript(_ matrix: MatrixVariable) -> Tensor {
    let n = matrix.order
    let numbers = (0..<n * n).map { self[matrix[$0 / n, $0 % n]][0] }
    return Tensor(numbers, shape: [n, n], dtype: .float64)
  }

  public var description: String { solution.description }
  public var mimeBundle: MimeBundle { MimeBundle(text: description) }
}
