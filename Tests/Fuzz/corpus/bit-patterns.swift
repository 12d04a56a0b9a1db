let bits = (1.5).bitPattern
(String(bits, radix: 2).count, 0b1011.nonzeroBitCount, UInt8(0x0F).byteSwapped, Int16(bitPattern: 0xFFFF))
