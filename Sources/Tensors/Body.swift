internal import _CVectorKernels
import Display
import Synchronization

/// Memory that tensors look at; released when the last of them goes.
final class Storage {
  let pointer: UnsafeMutableRawPointer
  let byteCount: Int

  /// - Parameter looks: whether an interrupt may end the thread here.
  init(byteCount: Int, shape: [Int], dtype: DType, looks: Bool = true) {
    if looks { _checkpoint() }
    guard byteCount <= Int(vk_physical_memory()), let pointer = vk_allocate(byteCount) else {
      Storage.refuse(shape, dtype)
    }
    self.pointer = pointer
    self.byteCount = byteCount
  }

  @inline(never)
  static func refuse(_ shape: [Int], _ dtype: DType) -> Never {
    let bytes = shape.reduce(Double(dtype.byteCount)) { $0 * Double($1) }
    let machine = Double(vk_physical_memory())
    let has = bytes > machine ? "this machine has \(readable(machine))" : "so much is not left"
    stop("a \(dtype) tensor of shape \(shape) needs \(readable(bytes)); \(has)")
  }

  /// `1.5 GiB` for a number of bytes.
  private static func readable(_ bytes: Double) -> String {
    let units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var (size, unit) = (bytes, 0)
    while size >= 1024, unit + 1 < units.count { (size, unit) = (size / 1024, unit + 1) }
    return "\((size * 10).rounded() / 10) \(units[unit])"
  }

  deinit { vk_release(pointer, byteCount) }
}

/// What a tensor is: elements at a place in a storage, with shape and strides.
///
/// Never changed after it was filled, except by the one tensor that holds it alone. The elements of
/// a long element-wise result may not have been computed yet (see ``Deferred``): reading ``data``
/// computes them.
final class Body: @unchecked Sendable {
  /// Results of at most so many bytes lie within their body, which saves two of three allocations.
  nonisolated(unsafe) static var room = 48
  static let ordinaryRoom = 48

  /// Those results, read and written through `address`; first, where stored properties begin.
  private var within: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0, 0, 0)
  /// What keeps the elements alive: a storage, the body of which this is a view, or itself (`nil`).
  ///
  /// Written before `address`, read after it.
  private var owner: AnyObject?
  /// The first element; `nil` as long as the elements have not been computed.
  private let address: Atomic<UnsafeMutableRawPointer?>
  /// How to compute them; guarded by the lock of ``Fusion``.
  var deferred: Deferred?
  /// Its number in the recording that made it, which is its owner until it has elements; or −1.
  private(set) var trace: Int32 = -1
  let shape: [Int]
  /// Elements between neighbours along each axis; empty stands for row-major order.
  let strides: [Int]
  let count: Int
  let dtype: DType

  /// Uninitialised elements in row-major order.
  convenience init(_ shape: [Int], _ dtype: DType) {
    self.init(shape, dtype, count: elementCount(shape, dtype))
  }

  /// Uninitialised, with the shape of a tensor that exists.
  convenience init(like body: Body, _ dtype: DType) {
    self.init(body.shape, dtype, count: body.count)
  }

  private init(_ shape: [Int], _ dtype: DType, count: Int) {
    self.count = count
    self.shape = shape
    strides = []
    self.dtype = dtype
    let byteCount = count * dtype.byteCount
    if byteCount <= Body.room {
      _checkpoint()
      address = Atomic(nil)
      address.store(_getUnsafePointerToStoredProperties(self), ordering: .relaxed)
    } else {
      let memory = Storage(byteCount: byteCount, shape: shape, dtype: dtype)
      owner = memory
      address = Atomic(memory.pointer)
    }
  }

  /// A view of another's memory; `offset` in elements.
  init(viewing body: Body, offset: Int, shape: [Int], strides: [Int]) {
    checkAxes(shape)
    dtype = body.dtype
    self.shape = shape
    count = shape.reduce(1, &*)
    self.strides = isRowMajor(shape, strides) ? [] : strides
    if let row = body.row {
      address = Atomic(nil)
      owner = row.viewed(offset, shape, strides)
      trace = Body.rowTrace
      return
    }
    guard let recorder = body.recorder as? Recorder else {
      address = Atomic(body.data + offset * body.dtype.byteCount)
      owner = body.owner ?? body
      return
    }
    address = Atomic(nil)
    owner = recorder
    if let number = recorder.add(self, viewing: body, offset * body.dtype.byteCount) {
      trace = number
    } else {
      settle(body.owner ?? body, body.data + offset * body.dtype.byteCount)
    }
  }

  /// One row of `all`, whose first axis counts the rows.
  init(rowOf all: Body, in batch: Batch) {
    address = Atomic(nil)
    owner = Row(batch, all)
    trace = Body.rowTrace
    shape = Array(all.shape.dropFirst())
    count = shape.reduce(1, &*)
    dtype = all.dtype
    let steps = Array(all.strides.dropFirst())
    strides = steps.isEmpty || isRowMajor(shape, steps) ? [] : steps
  }

  /// What a recorded operation will give: no elements, as long as the recording lasts.
  init(_ shape: [Int], _ dtype: DType, of recorder: Recorder, number: Int32) {
    address = Atomic(nil)
    owner = recorder
    trace = number
    count = shape.reduce(1, &*)
    self.shape = shape
    strides = []
    self.dtype = dtype
  }

  /// The result of an operation that is carried out when somebody looks.
  convenience init(like body: Body, _ deferred: Deferred) {
    self.init(body.shape, body.dtype, deferred)
  }

  init(_ shape: [Int], _ dtype: DType, _ deferred: Deferred) {
    address = Atomic(nil)
    self.deferred = deferred
    count = shape.reduce(1, &*)
    self.shape = shape
    strides = []
    self.dtype = dtype
  }

  /// The first element.
  var data: UnsafeMutableRawPointer {
    @inline(__always) get {
      if let known = address.load(ordering: .acquiring) { return known }
      return Fusion.evaluate(self)
    }
  }

  var isComputed: Bool {
    @inline(__always) get { address.load(ordering: .acquiring) != nil }
  }

  /// The recording, or the rows, that this is a part of and that are still going on.
  var recorder: (any Tracer)? {
    @inline(__always) get { trace < 0 || isComputed ? nil : tracer }
  }

  private var tracer: (any Tracer)? {
    @inline(never) get { trace == Body.rowTrace ? row?.batch : owner as? Recorder }
  }

  /// What stands behind a row of ``vmap(_:)``, as long as all rows are computed together.
  var row: Row? {
    @inline(__always) get {
      guard trace == Body.rowTrace, let row = pendingRow, !row.batch.isGivenUp else { return nil }
      return row
    }
  }

  /// The same, also where row 0 is to be read.
  var pendingRow: Row? { trace == Body.rowTrace && !isComputed ? owner as? Row : nil }
  private static let rowTrace = Int32.max

  /// Whether operations on this are recorded.
  var isTraced: Bool { @inline(__always) get { trace >= 0 && !isComputed } }

  /// Takes the elements that a recording computed.
  func settle(_ owner: AnyObject, _ pointer: UnsafeMutableRawPointer) {
    self.owner = owner
    address.store(pointer, ordering: .releasing)
  }

  /// What keeps the elements alive.
  var keeper: AnyObject { owner ?? self }

  /// Takes the computed elements; called by ``Fusion`` under its lock.
  func settle(_ memory: Storage) -> Deferred? {
    owner = memory
    address.store(memory.pointer, ordering: .releasing)
    defer { deferred = nil }
    return deferred
  }

  /// Whether no other body looks at the storage.
  func hasOwnStorage() -> Bool {
    _ = data
    return owner == nil || isKnownUniquelyReferenced(&owner)
  }

  var isContiguous: Bool { strides.isEmpty }

  /// One stride for each axis, also in row-major order.
  var fullStrides: [Int] { strides.isEmpty ? rowMajorStrides(shape) : strides }

  /// The same elements in row-major order; `self` where they are.
  func contiguous() -> Body {
    if strides.isEmpty { return self }
    if let copy = recorder?.gathered(self) { return copy }
    let copy = Body(like: self, dtype)
    if count > 0 {
      vk_gather_view(Int32(dtype.byteCount), Int32(shape.count), shape, copy.data, data, strides)
    }
    return copy
  }

  /// The same elements as another type, in row-major order.
  func cast(to type: DType) -> Body {
    if type == dtype { return self }
    let source = contiguous()
    if let copy = source.recorder?.cast(source, type) { return copy }
    let copy = Body(like: self, type)
    vk_cast(type.rawValue, dtype.rawValue, count, copy.data, source.data)
    return copy
  }

  func bound<Element>(_ type: Element.Type) -> UnsafeMutablePointer<Element> {
    data.assumingMemoryBound(to: type)
  }

  /// Element `i` in row-major order of a contiguous body.
  func double(at i: Int) -> Double {
    switch dtype {
    case .float32: Double(bound(Float.self)[i])
    case .float64: bound(Double.self)[i]
    case .int32, .int64, .uint8, .bool: Double(integer(at: i))
    case .float16, .bfloat16:
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 1) { out in
        let raw = UnsafeMutableRawBufferPointer(out).baseAddress
        vk_cast(
          DType.float64.rawValue, dtype.rawValue, 1, raw, data + i * dtype.byteCount)
        return out[0]
      }
    }
  }

  /// The same of integers and masks.
  func integer(at i: Int) -> Int {
    switch dtype {
    case .int32: Int(bound(Int32.self)[i])
    case .int64: Int(bound(Int64.self)[i])
    case .uint8: Int(bound(UInt8.self)[i])
    case .bool: bound(UInt8.self)[i] != 0 ? 1 : 0
    case .float16, .bfloat16, .float32, .float64: stop("\(dtype) elements are no integers")
    }
  }

  static func filled(_ shape: [Int], _ dtype: DType, _ value: Double) -> Body {
    if value != 0 && value != 1 { checkFits(value, dtype) }
    let body = Body(shape, dtype)
    vk_fill(dtype.rawValue, body.count, body.data, value)
    return body
  }

  static func scalar(_ value: Double, _ dtype: DType) -> Body {
    let body = Body([], dtype)
    switch dtype {
    case .float32: body.bound(Float.self)[0] = Float(value)
    case .float64: body.bound(Double.self)[0] = value
    case .int64: body.bound(Int64.self)[0] = wholeNumber(value)
    case .bool, .uint8, .int32, .float16, .bfloat16:
      checkFits(value, dtype)
      vk_fill(dtype.rawValue, 1, body.data, value)
    }
    return body
  }

  static func scalar(_ value: Int, _ dtype: DType) -> Body {
    guard let range = dtype.range else { return scalar(Double(value), dtype) }
    let body = Body([], dtype)
    switch dtype {
    case .int64: body.bound(Int64.self)[0] = Int64(value)
    default:
      guard range.contains(value) else { refuseNumber("\(value)", dtype) }
      vk_fill(dtype.rawValue, 1, body.data, Double(value))
    }
    return body
  }
}

/// Stops for a number that an integer type does not hold; fractions are cut off.
func checkFits(_ value: Double, _ dtype: DType) {
  guard let range = dtype.range else { return }
  let whole = value.rounded(.towardZero)
  guard whole >= Double(range.lowerBound),
    dtype == .int64 ? whole < 0x1p63 : whole <= Double(range.upperBound)
  else { refuseNumber("\(PlainNumber(value))", dtype) }
}

@inline(never)
func refuseNumber(_ number: String, _ dtype: DType) -> Never {
  stop(
    "the number \(number) does not fit into \(dtype); ask for dtype: "
      + (dtype == .int64 ? ".float64" : ".int64, or .float64"))
}
