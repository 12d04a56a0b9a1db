import Display

extension TrainingRun: CustomStringConvertible, Displayable {
  /// What was trained and how far it came.
  private var headline: String {
    let name = "\(M.self)"
    guard step > 0 else { return "Training of \(name) by the loss '\(loss.name)': no step taken" }
    return "Training of \(name) by the loss '\(loss.name)': \(step) steps, "
      + "last loss \(shortNumber(losses.last ?? .nan))"
  }

  /// At most ten measurements, spread evenly, the last among them.
  private var shownMeasurements: [TrainingMeasurement] {
    let limit = 10
    guard measurements.count > limit else { return measurements }
    return (1...limit).map { measurements[$0 * measurements.count / limit - 1] }
  }

  private var table: Table {
    var table = Table(
      [.right("step"), .right("loss"), .right("objective on \(heldOutName)")], caption: headline)
    for row in shownMeasurements {
      table.add([
        "\(row.step)", .init(shortNumber(row.loss)), .init(shortNumber(row.heldOutObjective)),
      ])
    }
    return table
  }

  public var description: String { measurements.isEmpty ? headline : table.description }

  public var mimeBundle: MimeBundle {
    measurements.isEmpty ? MimeBundle(text: headline) : table.mimeBundle
  }
}
