// Activations and their derivatives.

// f(x). `kind` is a constant wherever this is called in a loop. NaN stays NaN.
INL vf apply_activation(ck_activation kind, vf x, float alpha) {
    vf density;
    switch (kind) {
    case CK_IDENTITY: return x;
    case CK_RELU: return pick(x < splat(0), splat(0), x);
    case CK_LEAKY_RELU: return pick(x > splat(0), x, x * alpha);
    case CK_ELU: return pick(x > splat(0), x, exponential_minus_one(pick(x > splat(0), splat(0), x)) * alpha);
    // Below the bounds the factor is zero; without them -infinity would give NaN.
    case CK_GELU: return pick(x < splat(-30), splat(-30), x) * normal_distribution(x, &density);
    case CK_SILU: return pick(x < splat(-200), splat(-200), x) * sigmoid(x);
    case CK_SIGMOID: return sigmoid(x);
    case CK_TANH: return hyperbolic_tangent(x);
    }
    return x;
}

// f'(x), from y = f(x) where that is enough, else from x.
INL vf activation_slope(ck_activation kind, vf x, vf y, float alpha) {
    vf density, s;
    switch (kind) {
    case CK_IDENTITY: return splat(1);
    case CK_RELU: return pick(y > splat(0), splat(1), splat(0));
    case CK_LEAKY_RELU: return pick(y > splat(0), splat(1), splat(alpha));
    case CK_ELU: return pick(y > splat(0), splat(1), y + alpha);
    case CK_GELU:
        x = pick(x < splat(-30), splat(-30), pick(x > splat(30), splat(30), x));
        s = normal_distribution(x, &density);
        return x * density + s;
    case CK_SILU:
        x = pick(x < splat(-200), splat(-200), pick(x > splat(200), splat(200), x));
        s = sigmoid(x);
        return s * (x * (1.f - s) + 1.f);
    case CK_SIGMOID: return y * (1.f - y);
    case CK_TANH: return (1.f - y) * (1.f + y);
    }
    return splat(1);
}

// Calls function(kind, …) with the kind as a constant, so that each has a loop of its own.
#define WITH_CONSTANT_ACTIVATION(kind, function, ...)                              \
    switch (kind) {                                                               \
    case CK_IDENTITY: function(CK_IDENTITY, __VA_ARGS__); break;                  \
    case CK_RELU: function(CK_RELU, __VA_ARGS__); break;                          \
    case CK_LEAKY_RELU: function(CK_LEAKY_RELU, __VA_ARGS__); break;              \
    case CK_ELU: function(CK_ELU, __VA_ARGS__); break;                            \
    case CK_GELU: function(CK_GELU, __VA_ARGS__); break;                          \
    case CK_SILU: function(CK_SILU, __VA_ARGS__); break;                          \
    case CK_SIGMOID: function(CK_SIGMOID, __VA_ARGS__); break;                    \
    case CK_TANH: function(CK_TANH, __VA_ARGS__); break;                          \
    }

INL void activate_all(ck_activation kind, float alpha, const float *x, float *y, long count) {
    FOR_VECTORS(count, { store(y + i, apply_activation(kind, load(x + i, lanes), alpha), lanes); });
}

static void activate(ck_activation kind, float alpha, const float *x, float *y, long count) {
    WITH_CONSTANT_ACTIVATION(kind, activate_all, alpha, x, y, count)
}

// dx[i] = dy[i] f'(x[i])
INL void activate_backward_all(ck_activation kind, float alpha, const float *x, const float *y, const float *dy,
                               float *dx, long count) {
    const bool from_x = kind == CK_GELU || kind == CK_SILU;
    FOR_VECTORS(count, {
        vf v = load((from_x ? x : y) + i, lanes);
        vf d = load(dy + i, lanes);
        store(dx + i, d * activation_slope(kind, v, v, alpha), lanes);
    });
}

static void activate_backward(ck_activation kind, float alpha, const float *x, const float *y, const float *dy,
                              float *dx, long count) {
    if (kind == CK_IDENTITY) y = dy;  // needs neither x nor y
    WITH_CONSTANT_ACTIVATION(kind, activate_backward_all, alpha, x, y, dy, dx, count)
}
