extension Scale {
  /// How many of the numbers' units make a second: numbers beyond the year 5000 in seconds are
  /// read as milliseconds, micro- or nanoseconds since 1970.
  static func timeUnit(low: Double, high: Double) -> Double {
    switch max(abs(low), abs(high)) {
    case ..<1e11: 1
    case ..<1e14: 1e3
    case ..<1e17: 1e6
    default: 1e9
    }
  }

  /// Ticks at round times: parts of seconds up to thousands of years.
  ///
  /// Each label's second line names what its first leaves open, the day or the year, where that
  /// changes.
  static func timeTicks(low: Double, high: Double, count: Int) -> Ticks {
    let unit = timeUnit(low: low, high: high)
    guard unit == 1 else {
      var ticks = timeTicks(low: low / unit, high: high / unit, count: count)
      for index in ticks.major.indices { ticks.major[index].value *= unit }
      return ticks
    }
    let span = high - low
    guard span > 0, abs(low) < 1e13, abs(high) < 1e13 else { return Ticks() }
    let least = max(span / Double(max(2, count)), 1e-6)
    if least > 14 * 86_400 { return calendarTicks(low: low, high: high, least: least) }
    let steps: [Double] = [
      1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200,
      86_400, 2 * 86_400, 7 * 86_400, 14 * 86_400,
    ]
    let step =
      least > 0.5 ? steps.first { $0 >= least } ?? 14 * 86_400 : niceStep(atLeast: least).step
    // Weeks begin on Mondays; the first of January 1970 was a Thursday.
    let origin: Double = step >= 7 * 86_400 ? 4 * 86_400 : 0
    let first = ((low - origin) / step - 1e-9).rounded(.up)
    let last = ((high - origin) / step + 1e-9).rounded(.down)
    guard first <= last, last - first < 200 else { return Ticks() }
    let times = (0...Int(last - first)).map { (first + Double($0)) * step + origin }
    return named(times) { clock in
      if step >= 86_400 { return "\(clock.day) \(clock.monthName)" }
      if step >= 60 { return clock.hoursAndMinutes }
      return clock.hoursMinutesAndSeconds(decimals: NumberLabels.decimals(of: step))
    } context: { clock, previous in
      if step >= 86_400 { return clock.year == previous?.year ? nil : "\(clock.year)" }
      if let previous, previous.day == clock.day, previous.month == clock.month { return nil }
      let year = clock.year == previous?.year ? "" : " \(clock.year)"
      return "\(clock.day) \(clock.monthName)\(year)"
    }
  }

  private static func named(
    _ times: [Double], _ label: (CivilTime) -> String,
    context: (CivilTime, CivilTime?) -> String?
  ) -> Ticks {
    var ticks = Ticks()
    var previous: CivilTime?
    for time in times {
      let clock = CivilTime(secondsSince1970: time)
      let more = context(clock, previous).map { "\n\($0)" } ?? ""
      ticks.major.append(Ticks.Tick(value: time, label: label(clock) + more))
      previous = clock
    }
    return ticks
  }

  private static func calendarTicks(low: Double, high: Double, least: Double) -> Ticks {
    let month = 30.44 * 86_400
    let isHalfMonthly = least <= 15.3 * 86_400
    let months =
      isHalfMonthly
      ? 1
      : [1, 2, 3, 6, 12].first { Double($0) * month >= least * 0.95 }
        ?? 12 * Int(niceStep(atLeast: least / (12 * month)).step.rounded(.up))
    let start = CivilTime(secondsSince1970: low)
    let total = start.year * 12 + start.month - 1
    var index = (total >= 0 ? total : total - months + 1) / months * months
    var times: [Double] = []
    while times.count < 200 {
      let year = index >= 0 ? index / 12 : (index - 11) / 12
      for day in isHalfMonthly ? [1, 16] : [1] {
        let time = CivilTime(year: year, month: index - 12 * year + 1, day: day).secondsSince1970
        if time >= low, time <= high { times.append(time) }
      }
      if CivilTime(year: year, month: index - 12 * year + 1, day: 1).secondsSince1970 > high {
        break
      }
      index += months
    }
    return named(times) { clock in
      isHalfMonthly
        ? "\(clock.day) \(clock.monthName)" : months >= 12 ? "\(clock.year)" : clock.monthName
    } context: { clock, previous in
      months >= 12 || clock.year == previous?.year ? nil : "\(clock.year)"
    }
  }

  /// A time for descriptions, as exact as the numbers between `low` and `high` need.
  static func timeText(_ value: Double, low: Double, high: Double) -> String {
    let unit = timeUnit(low: low, high: high)
    guard value.isFinite, abs(value / unit) < 1e13 else { return NumberLabels.plain(value) }
    let clock = CivilTime(secondsSince1970: value / unit)
    let date = "\(clock.day) \(clock.monthName) \(clock.year)"
    let span = (high - low) / unit
    if span >= 3 * 86_400 || span <= 0 && value / unit == (value / unit / 86_400).rounded() * 86_400
    {
      return date
    }
    if span >= 600 { return "\(date) \(clock.hoursAndMinutes)" }
    let decimals = span >= 10 || span <= 0 ? 0 : span >= 0.1 ? 2 : 4
    return "\(date) \(clock.hoursMinutesAndSeconds(decimals: decimals))"
  }
}

/// A date and time of day in UTC, Gregorian calendar.
struct CivilTime {
  var year, month, day, hour, minute, second: Int
  /// Of a second, from 0 to 1.
  var fraction = 0.0

  init(year: Int, month: Int, day: Int) {
    (self.year, self.month, self.day) = (year, month, day)
    (hour, minute, second) = (0, 0, 0)
  }

  init(secondsSince1970 time: Double) {
    // To the microsecond, which is what a number of seconds since 1970 can hold.
    let whole = (time + 5e-7).rounded(.down)
    let total = Int(whole)
    fraction = max(0, time - whole)
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

  func hoursMinutesAndSeconds(decimals: Int) -> String {
    let scale = powerOfTen(decimals.clamped(0, 6))
    let digits = Int(min((fraction * scale).rounded(), scale - 1))
    let text = "\(hoursAndMinutes):\(CivilTime.two(second))"
    guard decimals > 0 else { return text }
    let rest = "\(digits)"
    return text + "." + String(repeating: "0", count: max(0, min(decimals, 6) - rest.count)) + rest
  }

  private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}
