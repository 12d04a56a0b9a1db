extension Scale {
  /// Ticks at round times: seconds up to years, labelled by what changes between them.
  static func timeTicks(low: Double, high: Double, count: Int) -> Ticks {
    let span = high - low
    guard span > 0, abs(low) < 1e12, abs(high) < 1e12 else {
      return linearTicks(low: low, high: high, count: count)
    }
    let least = span / Double(max(2, count))
    if least > 86_400 * 20 { return calendarTicks(low: low, high: high, least: least) }
    let steps: [Double] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
      86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400,
    ]
    guard least >= 0.5, let step = steps.first(where: { $0 >= least }) else {
      return linearTicks(low: low, high: high, count: count)
    }
    var ticks = Ticks()
    // Weeks begin on Mondays; the first of January 1970 was a Thursday.
    let origin: Double = step >= 7 * 86_400 ? 4 * 86_400 : 0
    var time = ((low - origin) / step).rounded(.up) * step + origin
    while time <= high, ticks.major.count < 200 {
      let clock = CivilTime(secondsSince1970: time)
      let label =
        step >= 86_400
        ? "\(clock.day) \(clock.monthName)"
        : step >= 60 ? clock.hoursAndMinutes : clock.hoursMinutesAndSeconds
      ticks.major.append(Ticks.Tick(value: time, label: label))
      time += step
    }
    let start = CivilTime(secondsSince1970: low)
    ticks.factor =
      step >= 86_400 ? "\(start.year)" : "\(start.day) \(start.monthName) \(start.year)"
    return ticks
  }

  private static func calendarTicks(low: Double, high: Double, least: Double) -> Ticks {
    let month = 30.44 * 86_400
    let months =
      [1, 2, 3, 6, 12].first { Double($0) * month >= least * 0.95 }
      ?? 12 * Int(niceStep(atLeast: least / (12 * month)).step.rounded(.up))
    var ticks = Ticks()
    let start = CivilTime(secondsSince1970: low)
    var index = (start.year * 12 + start.month - 1) / months * months
    while ticks.major.count < 200 {
      let clock = CivilTime(year: index / 12, month: index % 12 + 1, day: 1)
      if clock.secondsSince1970 > high { break }
      if clock.secondsSince1970 >= low {
        let label = months >= 12 || clock.month == 1 ? "\(clock.year)" : clock.monthName
        ticks.major.append(Ticks.Tick(value: clock.secondsSince1970, label: label))
      }
      index += months
    }
    if months < 12, !ticks.major.contains(where: { Int($0.label) != nil }) {
      ticks.factor = "\(start.year)"
    }
    return ticks
  }
}

/// A date and time of day in UTC, Gregorian calendar.
struct CivilTime {
  var year, month, day, hour, minute, second: Int

  init(year: Int, month: Int, day: Int) {
    (self.year, self.month, self.day) = (year, month, day)
    (hour, minute, second) = (0, 0, 0)
  }

  init(secondsSince1970 time: Double) {
    let total = Int(time.rounded(.down))
    let days = Int((Double(total) / 86_400).rounded(.down))
    let rest = total - days * 86_400
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
    // Count from 1 March of year 0, in eras of 400 years, so that leap days come last.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthIndex = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
    month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var secondsSince1970: Double {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yearOfEra = y - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    return Double(days * 86_400 + hour * 3600 + minute * 60 + second)
  }

  var monthName: String {
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"][month - 1]
  }

  var hoursAndMinutes: String { "\(CivilTime.two(hour)):\(CivilTime.two(minute))" }
  var hoursMinutesAndSeconds: String { "\(hoursAndMinutes):\(CivilTime.two(second))" }
  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
