"""GFLOP/s of the products (NumPy's BLAS) and convolutions (PyTorch's oneDNN) of our models at batch 128, by CPU time."""
import numpy as np
import torch
from torch.nn.functional import conv2d, max_pool2d

from common import check_blas, cpu, timed

torch.set_num_threads(1)
check_blas()
SHAPES = [
    ("fc1-forward", 128, 1568, 128, False, True), ("fc1-input", 128, 128, 1568, False, False), ("fc1-weight", 128, 128, 1568, True, False),
    ("mlp-forward", 128, 784, 100, False, True), ("mlp-weight", 100, 128, 784, True, False), ("square-512", 512, 512, 512, False, False)]


def rate(operations, work):
    """By CPU time, for others may be running; the middle of three."""
    rates = []
    work()
    for _ in range(3):
        start, times = cpu(), 0
        while times % 10 or cpu() - start < 0.2:
            work()
            times += 1
        rates.append(times * operations / (cpu() - start) / 1e9)
    return sorted(rates)[1]


def products():
    found = []
    for name, m, k, n, transpose_a, transpose_b in SHAPES:
        a = np.random.rand(*((k, m) if transpose_a else (m, k))).astype(np.float32)
        b = np.random.rand(*((n, k) if transpose_b else (k, n))).astype(np.float32)
        a, b, out = a.T if transpose_a else a, b.T if transpose_b else b, np.empty((m, n), np.float32)
        found.append(f"{name}={rate(2.0 * m * k * n, lambda: np.matmul(a, b, out=out)):.1f}")
    for layer, inputs, outputs, side in ((1, 1, 16, 28), (2, 16, 32, 14)):
        x = torch.randn(128, inputs, side, side).to(memory_format=torch.channels_last)
        weight = torch.randn(outputs, inputs, 3, 3).to(memory_format=torch.channels_last)
        bias, gradient = torch.randn(outputs), torch.randn(128, outputs, side, side).to(memory_format=torch.channels_last)
        operations = 2.0 * 128 * inputs * outputs * side * side * 9

        def backward(wanted):
            torch.ops.aten.convolution_backward(gradient, x, weight, [outputs], [1, 1], [1, 1], [1, 1], False, [0, 0], 1, wanted)

        with torch.no_grad():
            found.append(f"conv{layer}-alone={rate(operations, lambda: conv2d(x, weight, bias, padding=1)):.1f}")
            found.append(f"conv{layer}-forward={rate(operations, lambda: max_pool2d(conv2d(x, weight, bias, padding=1).relu_(), 2)):.1f}")
            found.append(f"conv{layer}-input={rate(operations, lambda: backward([True, False, False])):.1f}")
            found.append(f"conv{layer}-weight={rate(operations, lambda: backward([False, True, True])):.1f}")
    return " ".join(found)


timed(products)
