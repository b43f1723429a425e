// One step of an optimiser over `count` weights.

static void sgd(float *w, const float *g, float *v, long count, float rate, float momentum, bool nesterov,
                float decay) {
    if (!v) {
        FOR_VECTORS(count, {
            vf weight = load(w + i, lanes);
            vf gradient = weight * decay + load(g + i, lanes);
            store(w + i, weight - gradient * rate, lanes);
        });
        return;
    }
    FOR_VECTORS(count, {
        vf weight = load(w + i, lanes);
        vf gradient = weight * decay + load(g + i, lanes);
        vf velocity = load(v + i, lanes) * momentum + gradient;
        vf step = nesterov ? velocity * momentum + gradient : velocity;
        store(v + i, velocity, lanes);
        store(w + i, weight - step * rate, lanes);
    });
}

static void adam(float *w, const float *g, float *m, float *s, long count, float rate, float beta1, float beta2,
                 float epsilon, float correction1, float correction2, float coupled, float decoupled) {
    const float step = rate / correction1, shrink = rate * decoupled, unbias = 1 / correction2;
    FOR_VECTORS(count, {
        vf weight = load(w + i, lanes);
        vf gradient = weight * coupled + load(g + i, lanes);
        weight = weight - weight * shrink;
        vf mean = load(m + i, lanes) * beta1 + gradient * (1 - beta1);
        vf square = load(s + i, lanes) * beta2 + (gradient * gradient) * (1 - beta2);
        store(m + i, mean, lanes);
        store(s + i, square, lanes);
        store(w + i, weight - mean * step / (__builtin_elementwise_sqrt(square * unbias) + epsilon), lanes);
    });
}

static void adam_idle(float *w, float *m, float *s, long count, long steps, const float *rate, const float *unbias,
                      float beta1, float beta2, float epsilon) {
    FOR_VECTORS(count, {
        vf weight = load(w + i, lanes);
        vf mean = load(m + i, lanes);
        vf square = load(s + i, lanes);
        for (long t = 0; t < steps; t++) {
            mean = mean * beta1;
            square = square * beta2;
            weight = weight - mean * rate[t] / (__builtin_elementwise_sqrt(square * unbias[t]) + epsilon);
        }
        store(m + i, mean, lanes);
        store(s + i, square, lanes);
        store(w + i, weight, lanes);
    });
}

static void adadelta(float *w, const float *g, float *s, float *u, long count, float rate, float rho, float epsilon,
                     float decay) {
    FOR_VECTORS(count, {
        vf weight = load(w + i, lanes);
        vf gradient = weight * decay + load(g + i, lanes);
        vf square = load(s + i, lanes) * rho + (gradient * gradient) * (1 - rho);
        vf updates = load(u + i, lanes);
        vf scaled = gradient / __builtin_elementwise_sqrt(square + epsilon);
        vf change = __builtin_elementwise_sqrt(updates + epsilon) * scaled;
        store(s + i, square, lanes);
        store(u + i, updates * rho + (change * change) * (1 - rho), lanes);
        store(w + i, weight - change * rate, lanes);
    });
}
