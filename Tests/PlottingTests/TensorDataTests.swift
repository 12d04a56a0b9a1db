import Plotting
import Tensors
import Testing

/// Tensors give the same figure as arrays of the same numbers.
@Suite struct TensorDataTests {
  private func scene(_ figure: Figure) -> String { figure.scene(measurer: FixedMeasurer()).dump }

  private let rows: [[Double]] = [[1, 2, 4], [0.5, -1, 3]]
  private var matrix: Tensor { Tensor([[1.0, 2, 4], [0.5, -1, 3]]) }

  @Test(arguments: [DType.float32, .float64, .int32, .bool]) func everyType(_ type: DType) {
    let x = Tensor([0.0, 1, 2, 3]).cast(to: type)
    #expect(scene(plot(x)) == scene(plot(x.doubles)))
    #expect(x.plotValues.shape == [4])
  }

  @Test func viewsAreReadInTheirOwnOrder() {
    #expect(matrix.T.plotValues == PlotValues([1, 0.5, 2, -1, 4, 3], shape: [3, 2]))
    #expect(matrix[0..., 1].plotValues == PlotValues([2, -1]))
    #expect(Tensor([7.0]).broadcast(to: [2, 2]).plotValues.elements == [7, 7, 7, 7])
    #expect(Tensor(3.0).plotValues.shape.isEmpty)
    #expect(Tensor.zeros([0, 3]).plotValues.elements.isEmpty)
  }

  @Test func curvesThroughTensors() {
    let x = Tensor([0.0, 0.5, 1.0])
    #expect(scene(plot(x, x * x)) == scene(plot([0, 0.5, 1.0], [0, 0.25, 1.0])))
    #expect(scene(plot([0, 0.5, 1.0], x)) == scene(plot(x, [0, 0.5, 1.0])))
    #expect(
      scene(scatter(x, x, values: x))
        == scene(scatter([0, 0.5, 1.0], [0, 0.5, 1.0], values: [0, 0.5, 1.0])))
    let losses = [Tensor(2.0), Tensor(1.0)]
    #expect(scene(plot(losses)) == scene(plot([2.0, 1])))
  }

  @Test func fieldsOfMatrices() {
    #expect(scene(heatmap(matrix)) == scene(heatmap(rows)))
    #expect(scene(heatmap(matrix.T)) == scene(heatmap([[1, 0.5], [2, -1], [4.0, 3]])))
    let (x, y) = (Tensor([0.0, 1, 2]), Tensor([0.0, 1]))
    #expect(scene(contour(x, y, matrix)) == scene(contour([0, 1.0, 2], [0, 1.0], rows)))
    #expect(scene(histogram(matrix)) == scene(histogram([1, 2, 4, 0.5, -1, 3])))
  }

  @Test func batchesOfPictures() {
    func panels(_ shape: [Int]) -> Int {
      imageGrid(Tensor.ones(shape)).scene(measurer: FixedMeasurer()).primitives.count {
        if case .clip = $0 { true } else { false }
      }
    }
    #expect(panels([6, 4, 5]) == 6)
    #expect(panels([6, 4, 5, 3]) == 6)
    #expect(panels([6, 4, 5, 1]) == 6)
    #expect(panels([2, 3, 8, 8]) == 2)
    #expect(imageGrid(matrix).description.contains("its shape is [2, 3], not [n, height, width]"))
    #expect(Picture(Tensor.ones([4, 5, 3])).width == 5)
  }

  @Test func columnsOfAMatrixAreCurves() {
    let figure = plot([0.0, 1], matrix, label: "run")
    let text = figure.description
    #expect(text.contains("line “run 1” falls from 1 at 0 to 0.5 at 1"))
    #expect(text.contains("line “run 3” falls from 4 at 0 to 3 at 1"))
    #expect(!text.contains("Note"))
    #expect(plot(Tensor.ones([3, 200])).description.contains("the first 100 of 200 columns"))
    // A single row or column is one curve.
    #expect(scene(plot(Tensor([[1.0], [2.0]]))) == scene(plot([1.0, 2])))
  }

  @Test func valuesThatAreNoNumbersLeaveAGap() {
    let x = log(Tensor([-1.0, 1, 2]))
    #expect(plot(x).description.contains("1 of 3 points is not finite"))
  }

  @Test func theTapeIsLeftAlone() {
    let slope = gradient(at: Tensor([1.0, 2.0])) { x in
      _ = plot(x).scene(measurer: FixedMeasurer())
      return sum(x * x)
    }
    #expect(slope.doubles == [2, 4])
  }
}
