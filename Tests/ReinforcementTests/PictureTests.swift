import Plotting
import Reinforcement
import Tensors
import Testing

struct PictureTests {
  private func drawn(_ environment: some DrawnEnvironment) {
    var generator = Generator(seed: 1)
    let figure = environment.picture(of: environment.reset(3, from: &generator))
    #expect(figure.axes.count == 3, "\(environment.name)")
    #expect(figure.audit().isEmpty, "\(environment.name): \(figure.audit())")
    let one = environment.picture(of: environment.reset(1, from: &generator)[0])
    #expect(one.axes.count == 1)
  }

  @Test func everyEnvironmentWithAPicture() {
    drawn(Pendulum())
    drawn(CartPole())
    drawn(CartPoleSwingUp())
    drawn(Acrobot())
    drawn(MountainCarContinuous())
    drawn(Bricks())
    drawn(Crossing())
    drawn(PelletMaze.small)
  }

  @Test func aFilmEndsWithItsEpisode() {
    // Pushed to the right, a pole that leans there falls later.
    let starts = Tensor([[0.0, 0, 0, 0], [0, 0, 0.15, 0.5]])
    let life = rollout(
      { x, _ in Tensor.ones([x.dim(0)], dtype: .int32) }, in: CartPole(), from: starts)
    let lengths = life.lengths.floats.map(Int.init)
    #expect(lengths[0] < lengths[1])
    for row in [0, 1] {
      let film = CartPole().film(of: life, row: row, every: 4)
      #expect(film.description.hasPrefix("Animation of \((lengths[row] + 3) / 4 + 1) frames."))
    }
  }

  /// A picture depends on the angle and not on the speed.
  @Test func theRodFollowsItsAngle() {
    let axes = Pendulum().drawing(of: [Double.pi / 2, 0])
    #expect(axes.marks.count == 2)
    #expect(axes == Pendulum().drawing(of: [Double.pi / 2, 5]))
    #expect(axes != Pendulum().drawing(of: [-Double.pi / 2, 0]))
  }
}
