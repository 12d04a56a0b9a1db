let big = 300
(UInt8(truncatingIfNeeded: big), UInt8(clamping: big), Int8(exactly: big), Int("ff", radix: 16))
