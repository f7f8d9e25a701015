"""Sixty networks on 50 MNIST images each, one by one, in PyTorch, as a partitioned training set has them: softmax, conv."""
import sys

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from common import check_blas, mnist, timed

NETWORKS, SAMPLES = 60, 50
torch.set_num_threads(1)
check_blas()
images, labels = (torch.from_numpy(part[:NETWORKS * SAMPLES]) for part in mnist("train"))
images = images.unsqueeze(1)


def network(kind):
    if kind == "softmax":
        return nn.Sequential(nn.Flatten(), nn.Linear(784, 10)), 60, 32, 0.01
    block = lambda a, b: [nn.Conv2d(a, b, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    model = nn.Sequential(*block(1, 8), *block(8, 16), nn.Flatten(), nn.Linear(784, 10))
    return model.to(memory_format=torch.channels_last), 30, 16, 0.005


def train(kind):
    for part in range(NETWORKS):
        x, y = images[part * SAMPLES:(part + 1) * SAMPLES], labels[part * SAMPLES:(part + 1) * SAMPLES]
        model, epochs, batch, rate = network(kind)
        optimizer = torch.optim.Adam(model.parameters(), rate)
        for _ in range(epochs):
            for rows in torch.randperm(SAMPLES).split(batch):
                optimizer.zero_grad()
                cross_entropy(model(x[rows]), y[rows]).backward()
                optimizer.step()


timed(lambda: train(sys.argv[1]))
