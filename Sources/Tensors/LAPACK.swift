internal import _COpenBLAS
internal import _CVectorKernels

/// The LAPACK routines for one type, as C declares them.
struct Routines<Real> {
  typealias N = UnsafePointer<Int32>?
  typealias I = UnsafeMutablePointer<Int32>?
  typealias C = UnsafePointer<CChar>?
  typealias V = UnsafePointer<Real>?
  typealias P = UnsafeMutablePointer<Real>?
  let getrf: (N, N, P, N, I, I) -> Void
  let getrs: (C, N, N, V, N, N, P, N, I) -> Void
  let potrf: (C, N, P, N, I) -> Void
  let geqrf: (N, N, P, N, P, P, N, I) -> Void
  let orgqr: (N, N, N, P, N, V, P, N, I) -> Void
  let gesdd: (C, N, N, P, N, P, P, N, P, N, P, N, I, I) -> Void
  let syevd: (C, C, N, P, N, P, P, N, I, N, I) -> Void
  let geev: (C, C, N, P, N, P, P, P, N, P, N, P, N, I) -> Void
  let trtrs: (C, C, C, N, N, V, N, P, N, I) -> Void
}

/// A type that LAPACK computes with.
///
/// Matrices are stored by columns: a row-major matrix is seen as its transpose.
protocol LAPACKReal: BinaryFloatingPoint {
  static var routines: Routines<Self> { get }
}

/// LAPACK takes as many threads as everything else; of itself it would take all of the machine's.
private let threadsAreSet: Void = openblas_set_num_threads(vk_threads())

extension Float: LAPACKReal {
  static var routines: Routines<Float> {
    _ = threadsAreSet
    return Routines(
      getrf: sgetrf_, getrs: sgetrs_, potrf: spotrf_, geqrf: sgeqrf_, orgqr: sorgqr_,
      gesdd: sgesdd_, syevd: ssyevd_, geev: sgeev_, trtrs: strtrs_)
  }
}

extension Double: LAPACKReal {
  static var routines: Routines<Double> {
    _ = threadsAreSet
    return Routines(
      getrf: dgetrf_, getrs: dgetrs_, potrf: dpotrf_, geqrf: dgeqrf_, orgqr: dorgqr_,
      gesdd: dgesdd_, syevd: dsyevd_, geev: dgeev_, trtrs: dtrtrs_)
  }
}

/// The letter codes that LAPACK takes.
private func letter(_ text: Unicode.Scalar) -> CChar { CChar(text.value) }

extension LAPACKReal {
  typealias P = UnsafeMutablePointer<Self>
  typealias I = UnsafeMutablePointer<Int32>

  static func getrf(_ n: Int32, _ a: P, _ pivots: I) -> Int32 {
    var (order, info) = (n, Int32(0))
    withUnsafePointer(to: &order) { routines.getrf($0, $0, a, $0, pivots, &info) }
    return info
  }
  static func getrs(_ n: Int32, _ columns: Int32, _ a: P, _ pivots: I, _ b: P) -> Int32 {
    // OpenBLAS wakes all its threads for a system of any size.
    if Int(n) * Int(n) * Int(columns) <= 4096 {
      for column in 0..<Int(columns) { substitute(Int(n), a, pivots, b + column * Int(n)) }
      return 0
    }
    var (order, count, info, trans) = (n, columns, Int32(0), letter("N"))
    withUnsafePointer(to: &order) {
      routines.getrs(&trans, $0, &count, a, $0, pivots, b, $0, &info)
    }
    return info
  }
  /// Solves for one right side with the factors of `getrf`, column by column.
  private static func substitute(_ n: Int, _ a: P, _ pivots: I, _ b: P) {
    for row in 0..<n {
      let other = Int(pivots[row]) - 1
      (b[row], b[other]) = (b[other], b[row])
    }
    for column in 0..<n {
      for row in column + 1..<max(n, column + 1) { b[row] -= a[row + column * n] * b[column] }
    }
    for column in (0..<n).reversed() {
      b[column] /= a[column + column * n]
      for row in 0..<column { b[row] -= a[row + column * n] * b[column] }
    }
  }
  static func potrf(_ n: Int32, _ a: P) -> Int32 {
    var (order, info, uplo) = (n, Int32(0), letter("U"))
    withUnsafePointer(to: &order) { routines.potrf(&uplo, $0, a, $0, &info) }
    return info
  }
  static func geqrf(_ m: Int32, _ n: Int32, _ a: P, _ tau: P) -> Int32 {
    var (rows, columns, info) = (m, n, Int32(0))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &rows) {
        routines.geqrf($0, &columns, a, $0, tau, work, &length, &info)
      }
      return info
    }
  }
  static func orgqr(_ m: Int32, _ n: Int32, _ k: Int32, _ a: P, _ tau: P) -> Int32 {
    var (rows, columns, count, info) = (m, n, k, Int32(0))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &rows) {
        routines.orgqr($0, &columns, &count, a, $0, tau, work, &length, &info)
      }
      return info
    }
  }
  static func gesdd(_ m: Int32, _ n: Int32, _ a: P, _ s: P, _ u: P, _ vt: P) -> Int32 {
    var (rows, columns, k, info, job) = (m, n, min(m, n), Int32(0), letter("S"))
    return integerWorkspace(8 * Int(k)) { integers in
      workspace { work, size in
        var length = size
        withUnsafePointer(to: &rows) { rows in
          withUnsafePointer(to: &k) { k in
            routines.gesdd(
              &job, rows, &columns, a, rows, s, u, rows, vt, k, work, &length, integers, &info)
          }
        }
        return info
      }
    }
  }
  static func syevd(_ n: Int32, _ a: P, _ w: P) -> Int32 {
    var (order, info, job, uplo) = (n, Int32(0), letter("V"), letter("L"))
    return integerWorkspace(5 * Int(n) + 3) { integers in
      workspace { work, size in
        var (length, count) = (size, size < 0 ? Int32(-1) : Int32(5 * n + 3))
        withUnsafePointer(to: &order) {
          routines.syevd(&job, &uplo, $0, a, $0, w, work, &length, integers, &count, &info)
        }
        return info
      }
    }
  }
  static func geev(_ n: Int32, _ a: P, _ real: P, _ imaginary: P) -> Int32 {
    var (order, one, info, job) = (n, Int32(1), Int32(0), letter("N"))
    return workspace { work, size in
      var length = size
      withUnsafePointer(to: &order) {
        routines.geev(
          &job, &job, $0, a, $0, real, imaginary, nil, &one, nil, &one, work, &length, &info)
      }
      return info
    }
  }
  static func trtrs(
    _ upper: Bool, _ transposed: Bool, _ n: Int32, _ columns: Int32, _ a: P, _ b: P
  ) -> Int32 {
    var (order, count, info) = (n, columns, Int32(0))
    var (uplo, trans, diagonal) = (
      letter(upper ? "U" : "L"), letter(transposed ? "T" : "N"), letter("N")
    )
    withUnsafePointer(to: &order) {
      routines.trtrs(&uplo, &trans, &diagonal, $0, &count, a, $0, b, $0, &info)
    }
    return info
  }
}

/// Asks a routine how much room it wants (size −1), then calls it with that much.
private func workspace<Real: LAPACKReal>(
  _ body: (UnsafeMutablePointer<Real>, Int32) -> Int32
) -> Int32 {
  var wanted = Real.zero
  let info = body(&wanted, -1)
  if info != 0 { return info }
  // Float32 cannot say every integer: a little more than asked for.
  let count = Int(Double(wanted) * 1.0001) + 64
  return withUnsafeTemporaryAllocation(of: Real.self, capacity: count) {
    body($0.baseAddress.unsafelyUnwrapped, Int32(count))
  }
}

private func integerWorkspace(
  _ count: Int, _ body: (UnsafeMutablePointer<Int32>) -> Int32
) -> Int32 {
  withUnsafeTemporaryAllocation(of: Int32.self, capacity: count + 1) {
    body($0.baseAddress.unsafelyUnwrapped)
  }
}
