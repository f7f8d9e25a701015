"""One epoch of MNIST, batch 128, in PyTorch: cnn, fgsm-training, pgd-training, mlp, mlp-adam."""
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from common import check_blas, cnn, mnist, timed

torch.set_num_threads(1)
check_blas()
images, labels = map(torch.from_numpy, mnist("train"))
images = images.unsqueeze(1)


def gradient(model, x, y):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(cross_entropy(model(x), y, reduction="sum"), x)[0]


def fgsm(model, x, y, epsilon=0.3):
    return (x + epsilon * gradient(model, x, y).sign()).clamp_(0, 1)


def pgd(model, x, y, epsilon=0.3, steps=7):
    at = (x + torch.empty_like(x).uniform_(-epsilon, epsilon)).clamp_(0, 1)
    for _ in range(steps):
        at = at + 2.5 / steps * epsilon * gradient(model, at, y).sign()
        at = torch.min(torch.max(at, x - epsilon), x + epsilon).clamp_(0, 1)
    return at


def frozen(model, attack, x, y):
    """No gradients of the parameters while attacking."""
    model.requires_grad_(False)
    attacked = attack(model, x, y)
    model.requires_grad_(True)
    return attacked


def loss(kind, model, x, y):
    if kind == "fgsm-training":
        return 0.5 * cross_entropy(model(x), y) + 0.5 * cross_entropy(model(frozen(model, fgsm, x, y)), y)
    if kind == "pgd-training":
        return cross_entropy(model(frozen(model, pgd, x, y)), y)
    return cross_entropy(model(x), y)


def epoch(kind, count=len(labels)):
    if kind.startswith("mlp"):
        model = nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.Sigmoid(), nn.Linear(100, 10))
    else:
        model = cnn()
    optimizer = torch.optim.SGD(model.parameters(), 0.5) if kind == "mlp" else torch.optim.Adam(model.parameters(), 1e-3)
    for rows in torch.randperm(len(labels))[:count].split(128):
        optimizer.zero_grad()
        loss(kind, model, images[rows], labels[rows]).backward()
        optimizer.step()


kind = sys.argv[1]
epoch(kind, 1280)
timed(lambda: epoch(kind))
