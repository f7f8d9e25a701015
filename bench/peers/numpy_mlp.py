"""One epoch of the sigmoid network 784-100-10 on MNIST in NumPy: batch 128, softmax cross-entropy, plain descent with rate 0.5."""
import numpy as np

from common import check_blas, mnist, timed

check_blas()
images, labels = mnist("train")
images = images.reshape(-1, 784)
targets = np.eye(10, dtype=np.float32)[labels]


def epoch():
    rng = np.random.default_rng(1)
    w1 = rng.standard_normal((784, 100), np.float32) * np.float32((2 / 784) ** 0.5)
    w2 = rng.standard_normal((100, 10), np.float32) * np.float32((2 / 100) ** 0.5)
    b1, b2 = np.zeros(100, np.float32), np.zeros(10, np.float32)
    order = rng.permutation(len(labels))
    for start in range(0, len(order), 128):
        rows = order[start:start + 128]
        x, y = images[rows], targets[rows]
        h = 1 / (1 + np.exp(-(x @ w1 + b1)))
        z = h @ w2 + b2
        p = np.exp(z - z.max(1, keepdims=True))
        d2 = (p / p.sum(1, keepdims=True) - y) / np.float32(len(rows))
        d1 = d2 @ w2.T * h * (1 - h)
        w2 -= 0.5 * (h.T @ d2)
        b2 -= 0.5 * d2.sum(0)
        w1 -= 0.5 * (x.T @ d1)
        b1 -= 0.5 * d1.sum(0)


epoch()
timed(epoch)
