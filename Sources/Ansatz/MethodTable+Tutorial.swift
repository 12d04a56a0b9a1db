import Amortization
import AmortizedConvex
import AmortizedTransport
import Planning
import Reinforcement

extension MethodTable {
  /// The methods that Amos' tutorial (arXiv:2202.00665) classifies: the rows of all families.
  ///
  /// Where a method's own paper says otherwise than the tutorial's table, the paper is followed and
  /// a remark says so.
  public static let tutorial =
    variationalInference + sparseCoding + metaLearning + neuralPotts + fixedPoints + conePrograms
    + transport + reinforcement + planning
}
