"""Robust accuracy of 1,000 test images at 13 strengths in PyTorch: fgsm, fgsm-shared (one gradient for all strengths), pgd (40 steps)."""
import sys

import torch
from torch.nn.functional import cross_entropy

from common import check_blas, cnn, mnist, timed

torch.set_num_threads(1)
torch.manual_seed(1)
check_blas()
model = cnn(trained=True)
images, labels = map(torch.from_numpy, mnist("t10k"))
images = images.unsqueeze(1)
strengths = [0.3 * i / 12 for i in range(13)]


def gradient(x, y):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(cross_entropy(model(x), y, reduction="sum"), x)[0]


def pgd(x, y, epsilon, steps=40):
    at = (x + torch.empty_like(x).uniform_(-epsilon, epsilon)).clamp_(0, 1)
    for _ in range(steps):
        at = at + epsilon / 30 * gradient(at, y).sign()
        at = torch.min(torch.max(at, x - epsilon), x + epsilon).clamp_(0, 1)
    return at


def attacked(kind, x, y):
    if kind == "fgsm-shared":
        sign = gradient(x, y).sign()
        return [(x + epsilon * sign).clamp_(0, 1) for epsilon in strengths]
    if kind == "fgsm":
        return [(x + epsilon * gradient(x, y).sign()).clamp_(0, 1) if epsilon else x for epsilon in strengths]
    return [pgd(x, y, epsilon) if epsilon else x for epsilon in strengths]


def curve(kind, count=1000):
    right = [0] * len(strengths)
    for x, y in zip(images[:count].split(100), labels[:count].split(100)):
        for k, at in enumerate(attacked(kind, x, y)):
            with torch.no_grad():
                right[k] += int((model(at).argmax(1) == y).sum())
    return " ".join(f"{r / count:.3f}" for r in right)


kind = sys.argv[1]
curve(kind, 100)
timed(lambda: curve(kind))
