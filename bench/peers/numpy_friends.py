"""FRIENDS, 200 trials of one cell in NumPy, vectorised over the trials: friends; normals draws its 8 million normals alone."""
import sys

import numpy as np

from common import timed

TRIALS, EPOCHS, NOISE, CLIP, RATE, BLOCK = 200, 10_000, 8.0, 8.0, 0.1, 500
SIZES = np.arange(1.0, 6)
PRICES = 50 + 50 * SIZES


def train(rng, theta, sizes, prices):
    """Sums of the points are taken once: n, sum of x, of x^2, of y, of x y."""
    n, x, xx = sizes.shape[1], sizes.sum(1), (sizes**2).sum(1)
    y, xy = prices.sum(1), (sizes * prices).sum(1)
    a, b = theta
    for _ in range(EPOCHS // BLOCK):
        noise = rng.standard_normal((BLOCK, 2, TRIALS), np.float32) * np.float32(NOISE)
        for e0, e1 in noise:
            g0 = n * a + x * b - y + e0
            g1 = x * a + xx * b - xy + e1
            step = RATE / n * np.minimum(1, CLIP / np.sqrt(g0 * g0 + g1 * g1))
            a = a - step * g0
            b = b - step * g1
    return a, b


def friends():
    rng = np.random.default_rng(1)
    size, price = rng.integers(1, 11, TRIALS), rng.integers(200, 1001, TRIALS)
    clean = np.tile(SIZES, (TRIALS, 1)), np.tile(PRICES, (TRIALS, 1))
    theta = np.full(TRIALS, 50.0), np.full(TRIALS, 50.0)
    theta = train(rng, theta, np.c_[clean[0], size], np.c_[clean[1], price])
    theta = theta[0] + rng.laplace(0, NOISE, TRIALS), theta[1] + rng.laplace(0, NOISE, TRIALS)
    a, b = train(rng, theta, *clean)
    return f"success {np.mean(np.abs(a + b * size - (50 + 50 * size)) > 1):.3f}"


def normals():
    rng = np.random.default_rng(1)
    for _ in range(2 * EPOCHS // BLOCK):
        rng.standard_normal((BLOCK, 2, TRIALS), np.float32)


work = {"friends": friends, "normals": normals}[sys.argv[1]]
work()
timed(work)
