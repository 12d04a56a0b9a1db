func base() -> Int { 3 }
let scale = 2.5
struct Conf { var n = base(); var s = scale; let list = [1, 2].map { $0 * base() }; static let shared = Conf(); var f = { (x: Int) in x + 1 } }
print(Conf().n, Conf().s, Conf().list, Conf.shared.n, Conf().f(1))
class Model { var w = [scale, scale * 2]; lazy var sum = w.reduce(0, +); let name = "m\(base())" }
let m = Model()
print(m.w, m.sum, m.name)
struct Wrapper { var conf = Conf(); var model = Model() }
let w = Wrapper()
print(w.conf.n, w.model.name)
extension Conf { static let other = Conf(n: 9); static var made = 0 }
Conf.made += 1
print(Conf.other.n, Conf.made)
