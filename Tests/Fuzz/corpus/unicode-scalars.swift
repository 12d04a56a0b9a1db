let flag = "🇩🇪"
flag.unicodeScalars.map { String($0.value, radix: 16) }
