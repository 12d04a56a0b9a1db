import Foundation
let padded = "7".padding(toLength: 3, withPad: "0", startingAt: 0)
"a,b;c".components(separatedBy: CharacterSet(charactersIn: ",;")) + [padded]
