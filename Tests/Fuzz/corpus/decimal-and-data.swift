import Foundation
let price = Decimal(string: "0.1")! + Decimal(string: "0.2")!
let bytes = Data([1, 2, 3])
(price, bytes.count)
