import Testing
import Networks
@Test func add() { #expect((Tensor([1.0]) + 1).item() == 2) }
