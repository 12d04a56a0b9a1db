// %%
import Foundation
let problem = ParametricProblem.control(Pendulum(), horizon: 20)
let method = CrossEntropyMethod(
  samples: 1000, elites: 100, deviation: 1, maximumIterations: 10, tolerance: 0)
let state = Tensor([[2.5, 0.0]])
func processTime() -> Double {
  var t = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t)
  return Double(t.tv_sec) + 1e-9 * Double(t.tv_nsec)
}
// %%
var (wall, cpu) = ([Double](), [Double]())
var value = 0.0
for _ in 0..<30 {
  let (begin, spent) = (ContinuousClock.now, processTime())
  value = -method.solve(problem, state).values.mean().item()
  wall.append((ContinuousClock.now - begin) / .milliseconds(1))
  cpu.append(1e3 * (processTime() - spent))
}
func digits(_ x: Double) -> String { String(format: "%.2f", x) }
print("| Ansatz | \(digits(wall.min()!)) | \(digits(cpu.min()!)) | \(digits(value)) |")
