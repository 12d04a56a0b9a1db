let product = UInt64.max.multipliedFullWidth(by: 2)
let huge: Int128 = 1 << 100
(product.high, huge)
