"""The work of bench/gpu in PyTorch: torch_card.py DEVICE (epoch | epoch-64 | pgd | pgd-64 | friends) [RUNS [IMAGES]]. Data lies on the device; float32, no TF32."""
import sys

import torch
from torch.nn.functional import conv2d, cross_entropy, max_pool2d

from common import cnn, mnist, timed

device = sys.argv[1]
count = int(sys.argv[4]) if len(sys.argv) > 4 else 1_000 if sys.argv[2] == "pgd-64" else 10_000
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False


def brought(part):
    images, labels = map(torch.from_numpy, mnist(part))
    return images.unsqueeze(1).to(device), labels.to(device)


def epoch(rows=None):
    images, labels = DATA
    model = cnn().to(device)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3)
    for batch in torch.randperm(len(labels), device=device)[:rows].split(128):
        optimizer.zero_grad()
        cross_entropy(model(images[batch]), labels[batch]).backward()
        optimizer.step()
    return f"{sum(float(p.sum()) for p in model.parameters()):.3f}"


def together(rows=None, replicas=64):
    """One epoch of 64 networks as one: grouped convolutions and batched products, each network in an order of its own."""
    images, labels = DATA
    models = [list(cnn().to(device).parameters()) for _ in range(replicas)]
    p = [torch.stack([m[i].detach().contiguous() for m in models]).requires_grad_() for i in range(8)]
    optimizer = torch.optim.Adam(p, 1e-3)
    orders = torch.stack([torch.randperm(len(labels), device=device)[:rows] for _ in range(replicas)])
    for batch in orders.split(128, 1):
        x = images[batch].squeeze(2).transpose(0, 1)
        for weight, bias in (p[0:2], p[2:4]):
            x = max_pool2d(conv2d(x, weight.flatten(0, 1), bias.flatten(), padding=1, groups=replicas).relu(), 2)
        x = x.view(x.shape[0], replicas, -1).transpose(0, 1)
        x = torch.baddbmm(p[5].unsqueeze(1), x, p[4].transpose(1, 2)).relu()
        logits = torch.baddbmm(p[7].unsqueeze(1), x, p[6].transpose(1, 2))
        optimizer.zero_grad()
        (cross_entropy(logits.flatten(0, 1), labels[batch].flatten()) * replicas).backward()
        optimizer.step()
    return f"{sum(float(q.sum()) for q in p):.3f}"


def answers(p, x, replicas):
    """Of networks as one: [n, r, h, w], each network's images in its own channels, to [r, n, 10]."""
    for weight, bias in (p[0:2], p[2:4]):
        x = max_pool2d(conv2d(x, weight.flatten(0, 1), bias.flatten(), padding=1, groups=replicas).relu(), 2)
    x = x.view(x.shape[0], replicas, -1).transpose(0, 1)
    x = torch.baddbmm(p[5].unsqueeze(1), x, p[4].transpose(1, 2)).relu()
    return torch.baddbmm(p[7].unsqueeze(1), x, p[6].transpose(1, 2))


def pgd_together(images=count, steps=40, replicas=64):
    """The trained network 64 times, attacked as one from starts of its own each; the curve of all."""
    xs, ys = (t[:images] for t in DATA)
    p = [torch.stack([q.detach()] * replicas).contiguous() for q in cnn(trained=True).to(device).parameters()]
    right = []
    for epsilon in (0.3 * i / 12 for i in range(13)):
        kept = 0
        for x, y in zip(xs.split(64), ys.split(64)):
            x, y = x.repeat(1, replicas, 1, 1), y.repeat(replicas)
            at = (x + torch.empty_like(x).uniform_(-epsilon, epsilon)).clamp_(0, 1)
            for _ in range(steps if epsilon else 0):
                at.requires_grad_()
                gradient = torch.autograd.grad(cross_entropy(answers(p, at, replicas).flatten(0, 1), y, reduction="sum"), at)[0]
                at = (at.detach() + epsilon / 30 * gradient.sign())
                at = torch.min(torch.max(at, x - epsilon), x + epsilon).clamp_(0, 1)
            with torch.no_grad():
                kept += (answers(p, at, replicas).flatten(0, 1).argmax(1) == y).sum()
        right.append(kept)
    return " ".join(f"{int(r) / images / replicas:.3f}" for r in right)


def pgd(images=count, steps=40):
    xs, ys = (t[:images] for t in DATA)
    model = cnn(trained=True).to(device)
    right = []
    for epsilon in (0.3 * i / 12 for i in range(13)):
        kept = 0
        for x, y in zip(xs.split(4096), ys.split(4096)):
            at = (x + torch.empty_like(x).uniform_(-epsilon, epsilon)).clamp_(0, 1)
            for _ in range(steps if epsilon else 0):
                at.requires_grad_()
                gradient = torch.autograd.grad(cross_entropy(model(at), y, reduction="sum"), at)[0]
                at = (at.detach() + epsilon / 30 * gradient.sign())
                at = torch.min(torch.max(at, x - epsilon), x + epsilon).clamp_(0, 1)
            with torch.no_grad():
                kept += (model(at).argmax(1) == y).sum()
        right.append(kept)
    return " ".join(f"{int(r) / images:.3f}" for r in right)


def friends(side=100, trials=10, epochs=10_000):
    """The grid with its controls, 10 of its 200 trials: every cell and trial at once; sums of the points are taken once."""
    lanes = 2 * side * side * trials
    noise = torch.linspace(0.1, 10, side, device=device).repeat_interleave(side * trials).repeat(2)
    clip = torch.linspace(0.1, 10, side, device=device).repeat_interleave(trials).repeat(side).repeat(2)
    poisoned = (torch.arange(lanes, device=device) < lanes // 2).float()
    size, price = torch.randint(1, 11, (lanes,), device=device).float(), torch.randint(200, 1001, (lanes,), device=device).float()
    a, b = torch.full((lanes,), 50.0, device=device), torch.full((lanes,), 50.0, device=device)

    def train(a, b, extra):
        n, x, xx = 5 + extra, 15 + extra * size, 55 + extra * size * size
        y, xy = 1000 + extra * price, 3500 + extra * size * price
        for _ in range(epochs):
            e = torch.randn(2, lanes, device=device) * noise
            g0, g1 = n * a + x * b - y + e[0], x * a + xx * b - xy + e[1]
            step = 0.1 / n * (clip / torch.sqrt(g0 * g0 + g1 * g1)).clamp_(max=1)
            a, b = a - step * g0, b - step * g1
        return a, b

    a, b = train(a, b, poisoned)
    laplace = torch.distributions.Laplace(torch.zeros(1, device=device), torch.ones(1, device=device))
    a, b = a + noise * laplace.sample((lanes,)).squeeze(1), b + noise * laplace.sample((lanes,)).squeeze(1)
    a, b = train(a, b, torch.zeros_like(poisoned))
    success = ((a + b * size - 50 - 50 * size).abs() > 1).float()
    return f"{float((success * poisoned).mean() * 2):.3f} with poison, {float((success * (1 - poisoned)).mean() * 2):.3f} without"


kind = sys.argv[2]
if kind != "friends":
    DATA = brought("t10k" if kind.startswith("pgd") else "train")
warm, work = {
    "epoch": (lambda: epoch(1280), epoch),
    "epoch-64": (lambda: together(1280), together),
    "pgd": (lambda: pgd(250, 2), pgd),
    "pgd-64": (lambda: pgd_together(64, 2), pgd_together),
    "friends": (lambda: friends(epochs=100), friends),
}[kind]
warm()
timed(work, int(sys.argv[3]) if len(sys.argv) > 3 else 1)
