import Tensors

/// A maze with pellets and ghosts, as in Pac-Man, small enough to be solved exactly.
///
/// The player goes up, right, down or left (0 to 3), or stays where a wall is; a pellet that is
/// entered is eaten, for a reward of 1. Then each ghost goes to a neighbouring free cell: with
/// probability ``chase`` to the one nearest to the player, otherwise to any, equally likely. The
/// episode ends when a ghost and the player share a cell or change places, or when all is eaten.
///
/// State: the player's cell, the ghosts' cells, and 1 or 0 for each pellet. A policy sees one-hot
/// cells of player and ghosts, and the pellets.
///
/// ```swift
/// let maze = PelletMaze("""
///   P..
///   .#.
///   ..G
///   """)
/// ```
public struct PelletMaze: Compiled {
  public let name = "PelletMaze"
  public let actions = ActionSpace.choices(4)
  public let horizon: Int?
  /// How often a ghost takes the shortest way to the player.
  public let chase: Double
  /// Rows and columns of the map.
  public let size: (rows: Int, columns: Int)
  /// The place of each free cell on the map, `row·columns + column`.
  public let places: [Int]
  /// The cells that have a pellet at first.
  public let pellets: [Int]
  /// The cell where the player starts.
  public let player: Int
  /// The cells where ghosts start.
  public let ghosts: [Int]
  /// Where each action leads from each cell, `4·cell + action`.
  let moves: [Int32]
  /// Neighbours of each cell, repeated to 12, so that each is equally likely.
  let neighbours: [Int32]
  /// From each cell the next on the shortest way to each other: `cells·from + to`.
  let hunt: [Int32]
  /// The pellet of each cell, or −1.
  let pelletOf: [Int32]
  private let tables: (moves: Tensor, neighbours: Tensor, hunt: Tensor)

  /// A maze of 7×7 with eight pellets and a ghost.
  public static let small = PelletMaze(
    """
    P..#...
    .#.....
    ...#.#.
    #.....#
    .#.#...
    .....#.
    ...#..G
    """, pelletsAt: [3, 8, 12, 16, 21, 26, 30, 34])

  /// A maze by its map: `#` walls, `P` the player, `G` ghosts, everything else free.
  ///
  /// - Parameters:
  ///   - pellets: numbers of free cells, counted in reading order; all but the player's if `nil`.
  ///   - chase: how often a ghost takes the shortest way.
  public init(
    _ map: String, pelletsAt pellets: [Int]? = nil, chase: Double = 0, horizon: Int? = 50
  ) {
    let lines = map.split(separator: "\n").map { Array($0.filter { !$0.isWhitespace }) }
    guard let columns = lines.first?.count, lines.allSatisfy({ $0.count == columns }) else {
      fatalError("PelletMaze: rows of a map are equally long")
    }
    size = (lines.count, columns)
    let tiles = lines.flatMap { $0 }
    let free = tiles.indices.filter { tiles[$0] != "#" }
    places = free
    var cellAt: [Int: Int] = [:]
    for (cell, place) in free.enumerated() { cellAt[place] = cell }
    let players = free.indices.filter { tiles[free[$0]] == "P" }
    guard players.count == 1 else {
      fatalError("PelletMaze: \(players.count) players P on the map; one is needed")
    }
    player = players[0]
    ghosts = free.indices.filter { tiles[free[$0]] == "G" }
    self.pellets = pellets ?? free.indices.filter { $0 != players[0] }
    guard self.pellets.allSatisfy(free.indices.contains), self.pellets.count < 63 else {
      fatalError("PelletMaze: pellets at \(self.pellets), but cells are 0 to \(free.count - 1)")
    }
    self.chase = chase
    self.horizon = horizon

    var ways: [[Int]] = []
    for place in free {
      let (row, column) = (place / columns, place % columns)
      ways.append(
        [(-1, 0), (0, 1), (1, 0), (0, -1)].map { (down, right) in
          let (r, c) = (row + down, column + right)
          guard r >= 0, r < lines.count, c >= 0, c < columns else { return cellAt[place]! }
          return cellAt[r * columns + c] ?? cellAt[place]!
        })
    }
    moves = ways.flatMap { $0 }.map(Int32.init)
    let open = free.indices.map { cell in
      let others = ways[cell].filter { $0 != cell }
      return others.isEmpty ? [cell] : others
    }
    neighbours = open.flatMap { cells in (0..<12).map { Int32(cells[$0 % cells.count]) } }
    hunt = PelletMaze.shortestWays(open)
    var numbers = [Int32](repeating: -1, count: free.count)
    for (number, cell) in self.pellets.enumerated() { numbers[cell] = Int32(number) }
    pelletOf = numbers
    tables = (Tensor(moves), Tensor(neighbours), Tensor(hunt))
  }

  /// The next cell from each to each, by breadth first.
  private static func shortestWays(_ open: [[Int]]) -> [Int32] {
    var hunt = [Int32](repeating: 0, count: open.count * open.count)
    for target in open.indices {
      var distance = [Int](repeating: Int.max, count: open.count)
      distance[target] = 0
      var front = [target]
      while !front.isEmpty {
        var next: [Int] = []
        for cell in front {
          for other in open[cell] where distance[other] == Int.max {
            distance[other] = distance[cell] + 1
            next.append(other)
          }
        }
        front = next
      }
      for cell in open.indices {
        let best = open[cell].min { distance[$0] < distance[$1] }!
        hunt[cell * open.count + target] = Int32(cell == target ? cell : best)
      }
    }
    return hunt
  }

  public var stateDimension: Int { 1 + ghosts.count + pellets.count }
  public var observationDimension: Int { places.count * (1 + ghosts.count) + pellets.count }
  public var noiseDimension: Int { ghosts.count }

  public func reset(_ count: Int, from generator: inout Generator) -> Tensor {
    let first = [player] + ghosts + pellets.map { _ in 1 }
    return Tensor(first.map(Float.init)).broadcast(to: [count, stateDimension]).evaluated()
  }

  public func observe(_ state: Tensor) -> Tensor {
    let bodies = (0...ghosts.count).map { index in
      state[0..., index].cast(to: .int32).oneHot(places.count, dtype: state.dtype)
    }
    return concatenate(bodies + [state[0..., (1 + ghosts.count)...]], axis: 1)
  }

  public func step(_ state: Tensor, _ action: Tensor, _ noise: Tensor) -> Transition {
    let count = state.dim(0)
    actions.check(action, count, of: name)
    let cell = state[0..., 0].cast(to: .int32)
    let next = tables.moves.take(cell * 4 + action.cast(to: .int32))
    let left = state[0..., (1 + ghosts.count)...]
    let stands = next.expandedDims(axis: 1) .== Tensor(pellets).cast(to: .int32)
    let remaining = which(stands, 0.0, left)
    let reward = (left - remaining).sum(axis: 1)
    var caught = Tensor(repeating: false, count: count)
    var columns = [next.cast(to: state.dtype).expandedDims(axis: 1)]
    for index in ghosts.indices {
      let ghost = state[0..., 1 + index].cast(to: .int32)
      let u = noise[0..., index]
      let rest = chase < 1 ? clip((u - chase) / (1 - chase), 0, 0.999999) : u
      let wandering = tables.neighbours.take(ghost * 12 + floor(rest * 12).cast(to: .int32))
      let hunting = tables.hunt.take(ghost * places.count + next)
      let moved = which(u .< chase, hunting, wandering)
      let swapped = (moved .== cell) .& (ghost .== next)
      caught = caught .| (moved .== next) .| (ghost .== next) .| swapped
      columns.append(moved.cast(to: state.dtype).expandedDims(axis: 1))
    }
    let cleared = remaining.sum(axis: 1) .== 0
    return Transition(
      concatenate(columns + [remaining], axis: 1), reward: reward, terminated: caught .| cleared)
  }

  func advance(_ rows: CompiledRows) {
    let (width, number) = (stateDimension, ghosts.count)
    for i in 0..<rows.count {
      let s = rows.state + i * width
      let cell = Int(s[0])
      let next = Int(moves[cell * 4 + Int(rows.action[i])])
      s[0] = Float(next)
      let pellet = Int(pelletOf[next])
      var reward: Float = 0
      if pellet >= 0 {
        reward = s[1 + number + pellet]
        s[1 + number + pellet] = 0
      }
      var caught = false
      for index in 0..<number {
        let ghost = Int(s[1 + index])
        let u = Double(rows.noise[i * number + index])
        let moved: Int
        if u < chase {
          moved = Int(hunt[ghost * places.count + next])
        } else {
          let rest = min((u - chase) / (1 - chase), 0.999999)
          moved = Int(neighbours[ghost * 12 + Int(rest * 12)])
        }
        caught = caught || moved == next || ghost == next || (moved == cell && ghost == next)
        s[1 + index] = Float(moved)
      }
      var left: Float = 0
      for k in (1 + number)..<width { left += s[k] }
      rows.reward[i] = reward
      rows.ended[i] = caught || left == 0
    }
  }
}
