let wrapped = UInt8.max &+ 1
let shifted = 1 &<< 3
(wrapped, shifted)
