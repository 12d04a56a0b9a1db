let letters = "aB1 _é".map { ($0.isLetter, $0.isUppercase, $0.isNumber) }
letters.count
