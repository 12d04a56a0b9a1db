import Foundation
let day = Date(timeIntervalSince1970: 0)
let later = day.addingTimeInterval(3600)
later.timeIntervalSince(day)
