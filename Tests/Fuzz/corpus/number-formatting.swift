import Foundation
String(format: "%.3f|%5d|%@", 3.14159, 42, "x")
