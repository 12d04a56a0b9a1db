/// What NumPy, SciPy, PyTorch and JAX call what has another name here.
enum PythonNames {
  /// What to write for a name: the last part of `np.linalg.norm`, a method, a function or a layer.
  static func ours(_ name: String) -> String? {
    let last = name.split(separator: ".").last.map(String.init) ?? name
    return table[last]
  }

  /// The modules that Python's functions are named by.
  static let modules: Set = [
    "np", "jnp", "torch", "numpy", "scipy", "jax", "nn", "F", "math", "lax", "optax", "sp", "tf",
    "random", "linalg", "optim", "plt", "pd", "sns",
  ]

  private static let table: [String: String] = {
    var table: [String: String] = [:]
    for line in lines.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      for name in parts[0].split(separator: " ") {
        table[String(name)] = String(parts[1].dropFirst())
      }
    }
    return table
  }()

  // Names, an equals sign, and what is written here.
  private static let lines = """
    array asarray tensor as_tensor from_numpy FloatTensor asanyarray = Tensor([1.0, 2.0])
    zeros = Tensor.zeros(2, 3)
    ones = Tensor.ones(2, 3)
    empty = Tensor.zeros(2, 3)
    full = Tensor.full([2, 3], 7)
    arange = Tensor.arange(5), or Tensor.arange(0, 10, by: 2)
    linspace = Tensor.linspace(0, 1, 5)
    logspace geomspace = 10 ** Tensor.linspace(0, 1, 5)
    eye identity = Tensor.eye(3)
    zeros_like = x.zerosLike()
    ones_like = x.onesLike()
    full_like = Tensor.full(x.shape, 7)
    empty_like = x.zerosLike()
    array_equal = x == y
    reshape view = x.reshaped(3, -1)
    ravel flatten = x.flattened()
    transpose permute t = x.transposed(1, 0), or x.T
    squeeze = x.squeezed(axis: 0)
    unsqueeze expand_dims atleast_2d newaxis = x.expandedDims(axis: 0)
    broadcast_to expand expand_as = x.broadcast(to: [2, 3])
    swapaxes = x.swapped(0, 1)
    moveaxis rollaxis movedim = x.movedAxis(0, to: 1)
    repeat repeat_interleave = x.repeated(2, axis: 0)
    tile = x.tiled([2])
    roll = x.rolled(1, axis: 0)
    flip flipud fliplr = x.flipped(axes: [0])
    rot90 = x.T.flipped(axes: [0])
    cat concat concatenate append = concatenate([x, y], axis: 0)
    stack = stack([x, y], axis: 0)
    column_stack dstack = stack([x, y], axis: -1)
    row_stack = vstack([x, y])
    split chunk array_split hsplit vsplit unbind = x.split(2), or x.split(sizes: [2, 3])
    pad = x.padded([(1, 1)])
    tril = x.lowerTriangle()
    triu = x.upperTriangle()
    diag = x.diagonal() of a matrix, x.asDiagonal() of a vector
    diag_embed diagflat = x.asDiagonal()
    diagonal = x.diagonal()
    trace = x.trace()
    where = which(mask, x, y)
    select = which(mask, x, y)
    masked_fill = which(mask, 0, x)
    masked_select extract compress = x[mask]
    index_select = x.take(positions, axis: 0)
    take = x.take(positions, axis: 0)
    take_along_axis gather = x.gathered(positions, axis: 1)
    scatter_add index_add at = x.adding(values, at: positions)
    put_along_axis scatter index_fill fill fill_ = x[positions] .= 7
    nonzero flatnonzero argwhere = mask.argwhere()
    argmax = x.argmax(axis: 1)
    argmin = x.argmin(axis: 1)
    argsort = x.argsort(axis: -1)
    sort = x.sorted(axis: -1)
    topk = x.topK(3)
    kthvalue partition = x.sorted()[k]
    amax max_ nanargmax = x.max(axis: 0)
    amin ptp = x.min(axis: 0)
    sum = x.sum(axis: 0)
    prod product = x.prod(axis: 0)
    mean average = x.mean(axis: 0)
    std = x.std(axis: 0)
    var = x.variance(axis: 0)
    cov = matmul(c.mT, c) / Double(n - 1) with c = x - x.mean(axis: 0)
    median nanmedian = x.median(axis: 0)
    quantile nanquantile = x.quantile(0.9)
    percentile nanpercentile = x.quantile(0.5): a share between 0 and 1
    histogram hist histc = x.histogram(bins: 10)
    bincount = x.binCounts()
    unique = x.unique()
    isin in1d = x.isIn(values)
    any = mask.any(), or mask.any(axis: 0)
    all = mask.all(), or mask.all(axis: 0)
    cumsum = x.cumulativeSum(axis: 0)
    cumprod = x.cumulativeProduct(axis: 0)
    diff ediff1d = x.differences()
    trapz trapezoid = y.trapezoid(at: x)
    interp = values.interpolated(from: places, at: x)
    searchsorted digitize bucketize = edges.searchSorted(x)
    convolve = convolve(a, b, .same)
    nansum = x.nanSum()
    nanmean = x.nanMean()
    nanstd nanvar = x.nanStd()
    nanmax = x.nanMax()
    nanmin = x.nanMin()
    nan_to_num = which(isNaN(x), 0, x)
    isnan = isNaN(x)
    isfinite = isFinite(x)
    isinf isposinf isneginf = isInfinite(x)
    allclose = x.allClose(to: y)
    isclose = x.isClose(to: y)
    power pow float_power = x ** 2
    exp2 = 2 ** x
    clip clamp clamp_ = clip(x, 0, 1)
    clamp_min fmax = maximum(x, 0)
    clamp_max fmin = minimum(x, 0)
    absolute fabs = abs(x)
    abs = abs(x)
    exp = exp(x)
    log = log(x)
    sqrt = sqrt(x)
    rsqrt = 1 / sqrt(x)
    sin = sin(x)
    cos = cos(x)
    tanh = tanh(x)
    round rint around = round(x)
    floor = floor(x)
    ceil = ceil(x)
    fix = trunc(x)
    square = square(x)
    sigmoid expit = sigmoid(x)
    relu ReLU = relu(x)
    logit = log(x) - log1p(-x)
    cbrt = sign(x) * abs(x) ** (1.0 / 3)
    floor_divide = floorDivide(x, y)
    mod fmod remainder = x % y
    divide true_divide div = x / y
    add = x + y
    subtract sub = x - y
    multiply mul = x * y
    negative neg = -x
    logical_and bitwise_and = a .& b
    logical_or bitwise_or = a .| b
    logical_not bitwise_not invert = .!a
    logical_xor bitwise_xor = a .!= b
    equal eq = x .== y
    not_equal ne = x .!= y
    greater gt = x .> y
    greater_equal ge = x .>= y
    less lt = x .< y
    less_equal le = x .<= y
    sign signbit = sign(x)
    arcsin = asin(x)
    arccos = acos(x)
    arctan = atan(x)
    arctan2 = atan2(y, x)
    arcsinh = asinh(x)
    arccosh = acosh(x)
    arctanh = atanh(x)
    deg2rad radians = x * .pi / 180
    rad2deg degrees = x * 180 / .pi
    sinc = sin(.pi * x) / (.pi * x)
    logaddexp = logAddExp(x, y)
    logsumexp = logSumExp(x, axis: -1)
    softmax Softmax = softmax(x, axis: -1)
    log_softmax LogSoftmax = logSoftmax(x, axis: -1)
    logsigmoid log_sigmoid LogSigmoid = logSigmoid(x)
    leaky_relu LeakyReLU = leakyRelu(x)
    selu relu6 hardtanh = clip(x, -1, 1), relu(x), elu(x) and their kin
    swish SiLU = silu(x)
    GELU = gelu(x)
    Tanh = tanh(x)
    Sigmoid = sigmoid(x)
    dot vdot inner = dot(x, y) of vectors, matmul(x, y) of matrices
    mm bmm mv matmul multi_dot = matmul(x, y)
    tensordot = einsum("ij,jk->ik", x, y)
    outer ger = outer(x, y)
    inv inverse = try inverted(a)
    det = determinant(a)
    slogdet logdet = logDeterminant(a)
    eig eigvals = try eigenvalues(a)
    eigh eigvalsh = try eigenSymmetric(a)
    pinv = try pseudoInverse(a)
    lstsq = try leastSquares(a, b)
    solve_triangular triangular_solve = try triangularSolve(a, b)
    cho_factor cho_solve = try cholesky(a), then try triangularSolve(l, b)
    matrix_rank = try matrixRank(a)
    matrix_power = try matrixPower(a, 3)
    matrix_exp expm = try matrixExponential(a)
    norm = norm(x), x.norm(axis: 0), or x.norm(order: 1)
    cdist pdist = sqrt(square(x[0..., .newAxis, 0...] - y[.newAxis, 0..., 0...]).sum(axis: -1))
    gammaln lgamma loggamma = logGamma(x)
    gamma = exp(logGamma(x)); Tensor.gamma(shapes) draws random numbers
    psi = digamma(x)
    betaln = logGamma(a) + logGamma(b) - logGamma(a + b)
    erfinv = erfInverse(x)
    xlogy = which(x .== 0, 0, x * log(y))
    factorial = exp(logGamma(n + 1))
    comb binom = exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1))
    one_hot = positions.oneHot(3)
    cross_entropy CrossEntropyLoss NLLLoss nll_loss nll = crossEntropy(logits, labels)
    mse_loss MSELoss mse = meanSquaredError(x, y)
    l1_loss L1Loss = meanAbsoluteError(x, y)
    huber_loss smooth_l1_loss HuberLoss SmoothL1Loss = huberLoss(x, y)
    kl_div KLDivLoss = divergenceLoss(logQ, of: p)
    binary_cross_entropy binary_cross_entropy_with_logits BCELoss BCEWithLogitsLoss = binaryCrossEntropy(logits, targets)
    Linear = Dense(2, 3)
    Conv2d conv2d = Conv2D(3, 8, kernel: 3), or conv2d(x, kernel)
    Conv1d = Conv1D(3, 8, kernel: 3)
    ConvTranspose2d conv_transpose2d = TransposedConv2D(8, 3, kernel: 3)
    MaxPool2d max_pool2d = maxPool2d(x, size: 2)
    AvgPool2d avg_pool2d = meanPool2d(x, size: 2)
    BatchNorm1d BatchNorm2d batch_norm = BatchNorm(8)
    layer_norm = LayerNorm(8)
    group_norm InstanceNorm2d = GroupNorm(groups: 2, 8)
    dropout Dropout2d = Dropout(0.5)
    embedding = Embedding(100, 8)
    MultiheadAttention = Attention(64, heads: 4)
    Module = struct Net: Layer { … }
    ModuleList = an array of layers
    randn standard_normal normal = Tensor.normal([2, 3])
    rand uniform random_sample = Tensor.uniform([2, 3])
    randint integers = Tensor.randomIntegers([3], in: 0..<10)
    choice multinomial = Tensor.choice(9, probabilities: p)
    permutation randperm shuffle = Tensor.permutation(5), or x.shuffled(from: &generator)
    exponential = Tensor.exponential([3], rate: 2)
    poisson = Tensor.poisson(rates)
    bernoulli binomial = Tensor.bernoulli(probabilities)
    categorical = Tensor.categorical(logits: x)
    dirichlet = Tensor.dirichlet(concentration)
    default_rng RandomState PRNGKey key Generator_ = Generator(seed: 0)
    manual_seed seed = setSeed(0)
    grad value_and_grad backward autograd = gradient(at: x) { x in … }, or valueAndGradient(at: x) { … }
    jacfwd jacrev = jacobian(at: x) { x in … }
    jit = recorded { (x: Tensor) in … }
    pmap = vmap(f)
    scan fori_loop while_loop cond = an ordinary loop or condition: gradients run through it
    stop_gradient detach = stopGradient(x)
    no_grad inference_mode = nothing: only gradient(at:) computes gradients
    checkpoint = checkpointed(x) { x in … }
    requires_grad requires_grad_ zero_grad = gradient(at: x) { x in … }
    state_dict load_state_dict = try model.save("file.safetensors"), try model.load(_:)
    parameters = model.parameters
    save = try x.save(npy: "a.npy")
    savez = try saveNPZ(["x": x], "a.npz")
    load = try Tensor(npy: "a.npy"), or try loadNPZ("a.npz")
    savetxt to_csv = try saveCSV(x, "a.csv")
    loadtxt genfromtxt read_csv = try loadCSV("a.csv")
    copy clone deepcopy = let y = x: a copy is independent
    astype to type = x.cast(to: .float64)
    float float_ single = x.cast(to: .float32), dtype: .float32
    double = x.cast(to: .float64), dtype: .float64
    half = x.cast(to: .float16), dtype: .float16
    long = x.cast(to: .int64), dtype: .int64
    int short = x.cast(to: .int32), dtype: .int32
    bool bool_ boolean = x.cast(to: .bool), dtype: .bool
    byte = x.cast(to: .uint8), dtype: .uint8
    cuda cpu device contiguous block_until_ready = nothing: tensors lie in memory, and need no device
    numpy tolist = x.doubles, or x.nested
    numel len nelement = x.count, or x.shape[0]
    ndimension = x.ndim
    item = x.item()
    None = nil
    True = true
    False = false
    pi = Double.pi, or .pi beside a tensor
    e = exp(1.0)
    nan NaN = Double.nan
    inf Infinity = Double.infinity
    lambda = a closure: { x in … }
    range = 0..<10
    isinstance = x is Double
    str = String(x)
    Adadelta SGD_ = SGD(learningRate:), Adam(learningRate:), RMSProp, Adagrad
    apply_updates step = optimizer.update(&model, along: gradient)
    solve_ivp odeint = integrate(from: y0, at: times) { t, y in … }
    brentq fsolve root_scalar = try root(in: 0...2) { x in … }
    minimize = minimizeLBFGS(model) { model in … }
    linear_sum_assignment = try assignment(costs)
    emd emd2 = try exactTransport(a, b, .matrix(costs))
    wasserstein_distance = try wassersteinDistance(x, y)
    float16 float32 float64 bfloat16 int64 int32 int8 uint8 = .float32 and its kin, as in x.cast(to: .float32)
    imshow = heatmap(x)
    """
}
