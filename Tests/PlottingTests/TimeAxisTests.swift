import Display
import Foundation
import Plotting
import PlottingFoundation
import Testing

@Suite struct TimeAxisTests {
  private static let newYear = 1_704_067_200.0

  private func labels(_ count: Int, every step: Double, start: Double = newYear) -> [String] {
    let times = (0..<count).map { start + Double($0) * step }
    return Looking(plot(times, times.map { $0 - start }, x: .time(), y: .hidden)).texts
  }

  private static let day = 86_400.0
  static let spans: [Double] =
    [0.001, 0.01, 0.1, 0.5, 1, 1.5, 2, 3, 10, 100, 1000, 7200]
    + [1.0, 2, 10, 30, 60, 64, 70, 110, 121, 130, 150, 200, 365, 1000, 1e4, 1e5].map { $0 * day }

  /// Whatever the span, from milliseconds to centuries, and in narrow plots too: never seconds.
  @Test(arguments: spans) func neverSeconds(span: Double) {
    for columns in 1...4 {
      let times = (0..<50).map { TimeAxisTests.newYear + Double($0) * span / 49 }
      let figure = Figure(columns: columns) {
        for _ in 0..<columns { Axes(x: .time(), y: .hidden) { Line(times, times) } }
      }
      let texts = Looking(figure).texts
      #expect(!texts.contains { $0.contains("×") }, "\(texts)")
      #expect(!texts.contains { $0.hasPrefix("1.7") || $0.hasPrefix("+") }, "\(span) \(texts)")
      #expect(texts.count >= 2 * columns, "\(span) \(texts)")
    }
  }

  @Test func dayAndYearAreThoseOfTheFirstTick() {
    let days = labels(30, every: 86_400)
    #expect(days.contains("2024") && !days.contains("2023"))
    #expect(days.count { $0 == "2024" } == 1)
    let hours = labels(24, every: 3600)
    #expect(hours.contains("1 Jan 2024") && !hours.contains { $0.contains("2023") })
  }

  /// Midnight begins its day's name; each day is named once.
  @Test func daysAreNamedOnce() {
    let found = labels(73, every: 3600)
    for day in ["1 Jan 2024", "2 Jan", "3 Jan", "4 Jan"] {
      #expect(found.count { $0 == day } == 1, "\(day) in \(found)")
    }
  }

  @Test func datesAreRecognised() {
    let dates = (0..<30).map {
      Date(timeIntervalSince1970: TimeAxisTests.newYear + Double($0) * 86_400)
    }
    let figure = plot(dates, dates.indices.map { Double($0) }, y: .hidden)
    #expect(Looking(figure).texts.contains("2024"))
    #expect(figure.description.contains("1 Jan 2024"))
    #expect(!figure.description.contains("e9"))
    let optional: [Date?] = [dates[0], nil, dates[9]]
    #expect(plot(optional, [1, 2, 3]).description.contains("10 Jan 2024"))
  }

  @Test func millisecondsAreRead() {
    let figure = plot(
      (0..<30).map { (TimeAxisTests.newYear + Double($0) * 86_400) * 1000 },
      (0..<30).map { Double($0) },
      x: .time())
    #expect(Looking(figure).texts.contains("2024"))
    #expect(figure.description.contains("are read as milliseconds since 1970"))
  }

  @Test func partsOfSeconds() {
    let found = labels(30, every: 0.1)
    #expect(found.contains { $0.hasPrefix("00:00:00.5") || $0.hasPrefix("00:00:01") }, "\(found)")
  }

  @Test func rulesAndLimitsAreDates() {
    let start = Date(timeIntervalSince1970: TimeAxisTests.newYear)
    let figure = Figure {
      Axes(x: .time("day", limits: start...start.addingTimeInterval(86_400 * 40))) {
        Line([start, start.addingTimeInterval(86_400 * 30)], [1, 2])
        Rule(x: TimeAxisTests.newYear + 86_400 * 5)
      }
    }
    #expect(figure.description.contains("from 1 Jan 2024 to 10 Feb 2024"))
    #expect(figure.description.contains("vertical line at 6 Jan 2024"))
  }
}
