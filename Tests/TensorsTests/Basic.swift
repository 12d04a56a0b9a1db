import Testing
import Tensors
@Test func add() { #expect((Tensor([1.0]) + 1).item() == 2) }
