import Foundation
let angle = Double.pi / 6
(sin(angle) * 2, pow(2.0, 10.0), hypot(3.0, 4.0))
