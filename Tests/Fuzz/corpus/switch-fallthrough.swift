var log: [String] = []
switch 3 {
case 3:
  log.append("three")
  fallthrough
case 4: log.append("four")
default: break
}
log
