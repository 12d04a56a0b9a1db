import Plotting
import Tensors

/// What stands in a cell of a board.
private enum Tile: Double {
  case nothing, wall, brick, food, foe, player

  /// From pale to strong; nothing is the page itself.
  static let colors = ColorMap(
    ["#F4F4F4", "#555555", "#E69F00", "#56B4E9", "#D55E00", "#0072B2"], name: "board")
}

/// A board of tiles, row by row from the top.
private func board(_ tiles: [Tile], columns: Int) -> Axes {
  let rows = tiles.count / columns
  let values = Tensor(tiles.map(\.rawValue), shape: [rows, columns])
  return Axes(
    x: Axis("", ticks: .none), y: Axis("", ticks: .none), aspect: .equal, frame: .box,
    colorBar: false
  ) {
    Heatmap(values, colors: Tile.colors, range: 0...5)
  }
}

extension Bricks: DrawnEnvironment {
  /// The board: bricks orange, the ball red, the paddle blue.
  public func drawing(of state: [Double]) -> Axes {
    var tiles = [Tile](repeating: .nothing, count: 100)
    for k in 0..<30 where state[5 + k] != 0 { tiles[10 + k] = .brick }
    tiles[90 + Int(state[4])] = .player
    tiles[10 * Int(state[1]) + Int(state[0])] = .foe
    return board(tiles, columns: 10)
  }
}

extension Crossing: DrawnEnvironment {
  /// The board: cars red, the player blue.
  public func drawing(of state: [Double]) -> Axes {
    var tiles = [Tile](repeating: .nothing, count: 100)
    for lane in 1...8 { tiles[10 * lane + Int(state[lane])] = .foe }
    tiles[10 * Int(state[0]) + 4] = .player
    return board(tiles, columns: 10)
  }
}

extension PelletMaze: DrawnEnvironment {
  /// The map: walls gray, pellets light blue, ghosts red, the player blue.
  public func drawing(of state: [Double]) -> Axes {
    var tiles = [Tile](repeating: .wall, count: size.rows * size.columns)
    for place in places { tiles[place] = .nothing }
    for (k, cell) in pellets.enumerated() where state[1 + ghosts.count + k] != 0 {
      tiles[places[cell]] = .food
    }
    tiles[places[Int(state[0])]] = .player
    for k in ghosts.indices { tiles[places[Int(state[1 + k])]] = .foe }
    return board(tiles, columns: size.columns)
  }
}
