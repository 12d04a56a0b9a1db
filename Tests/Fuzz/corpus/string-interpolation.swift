let name = "Ada"
let year = 1843
"\(name) wrote in \(year): \(year + 100)"
