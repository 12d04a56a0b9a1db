let code = 404
let meaning = switch code {
  case 200: "ok"
  case 400..<500: "client error"
  default: "other"
}
meaning
