let small: Int8 = -128
let mask: UInt16 = 0xFF_0F
let octal = 0o17, binary = 0b1010_1010
let ratio: Float = 1.5e-3
(small, mask, octal, binary, ratio)
