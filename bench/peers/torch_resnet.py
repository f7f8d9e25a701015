"""ResNet-20 on the first 4,000 training images of CIFAR-10, or MNIST in their shape where CIFAR-10 is not at hand, in PyTorch: torch_resnet.py (epoch |
gradients | pgd) [RUNS [IMAGES]]. The last two read the network that ours trained. TORCH_DEVICE is cpu, one thread, or a card, float32 without TF32.
"""
import os
import sys
import tempfile

import numpy as np
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from common import FOLDER, check_blas, mnist, safetensors, timed

DEVICE = os.environ.get("TORCH_DEVICE", "cpu")
if DEVICE == "cpu":
    torch.set_num_threads(1)
    check_blas()
torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
COUNT = int(sys.argv[3]) if len(sys.argv) > 3 else 128
FORMAT = torch.contiguous_format if os.environ.get("LAYOUT") == "default" else torch.channels_last
CIFAR = os.path.join(FOLDER, "cifar10", "cifar10-first-4000.npz")
if os.path.exists(CIFAR):
    data = np.load(CIFAR)
    x, y = data["x"].transpose(0, 3, 1, 2).astype(np.float32) / 255, data["y"].astype(np.int64)
else:
    x, y = (part[:4000] for part in mnist("train"))
    x = np.pad(x, ((0, 0), (2, 2), (2, 2)))[:, None].repeat(3, 1)
images = torch.from_numpy(x).to(DEVICE).contiguous(memory_format=FORMAT)
labels = torch.from_numpy(y).reshape(-1).to(DEVICE)


class Block(nn.Module):
    def __init__(self, channels, filters, stride):
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(channels, filters, 3, stride, 1, bias=False), nn.BatchNorm2d(filters), nn.ReLU(),
            nn.Conv2d(filters, filters, 3, 1, 1, bias=False), nn.BatchNorm2d(filters))
        self.shortcut = nn.Identity() if stride == 1 else nn.Sequential(nn.Conv2d(channels, filters, 1, stride, bias=False), nn.BatchNorm2d(filters))

    def forward(self, x):
        return torch.relu(self.body(x) + self.shortcut(x))


def resnet20():
    layers = [nn.Conv2d(3, 16, 3, 1, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU()]
    channels = 16
    for filters, first in ((16, 1), (32, 2), (64, 2)):
        for block in range(3):
            layers.append(Block(channels, filters, first if block == 0 else 1))
            channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10)).to(DEVICE, memory_format=FORMAT)


def trained():
    """Tensors lie in the order of the layers in both."""
    model = resnet20()
    state = {name: value for name, value in model.state_dict().items() if not name.endswith("num_batches_tracked")}
    values = safetensors(os.path.join(tempfile.gettempdir(), "grid-bench-resnet20.safetensors"))
    assert [list(v.shape) for v in state.values()] == [list(v.shape) for v in values]
    model.load_state_dict({name: torch.from_numpy(value) for name, value in zip(state, values)}, strict=False)
    return model.to(DEVICE, memory_format=FORMAT).eval().requires_grad_(False)


def epoch(count=len(labels)):
    model = resnet20()
    optimizer = torch.optim.SGD(model.parameters(), 0.1, momentum=0.9, weight_decay=1e-4)
    for rows in torch.randperm(len(labels))[:count].split(128):
        optimizer.zero_grad()
        cross_entropy(model(images[rows]), labels[rows]).backward()
        optimizer.step()
    return f"{sum(float(p.sum()) for p in model.parameters()):.3f}"  # Waits for a card.


def gradient(model, x, y):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(cross_entropy(model(x), y, reduction="sum"), x)[0]


def gradients(steps=20):
    model = trained()
    for _ in range(steps):
        gradient(model, images[:128], labels[:128])


def pgd(steps=20):
    model, x, y = trained(), images[:COUNT], labels[:COUNT]
    right = []
    for epsilon in (0, 1 / 255, 2 / 255, 4 / 255, 8 / 255):
        at = (x + torch.empty_like(x).uniform_(-epsilon, epsilon)).clamp_(0, 1)
        for _ in range(steps if epsilon else 0):
            at = at + 2.5 / steps * epsilon * gradient(model, at, y).sign()
            at = torch.min(torch.max(at, x - epsilon), x + epsilon).clamp_(0, 1)
        right.append((model(at).argmax(1) == y).float().mean().item())
    return " ".join(f"{share:.3f}" for share in right)


kind = sys.argv[1]
{"epoch": lambda: epoch(256), "gradients": lambda: gradients(2), "pgd": lambda: pgd(1)}[kind]()
timed({"epoch": epoch, "gradients": gradients, "pgd": pgd}[kind])
