"""The official codes on the first 100 test images: autoattack (fra31/auto-attack), its parts apgd-ce, apgd-t, fab-t and square, or ddn (adversarial-library).

Neither is part of this repository: install them, or put their checkouts into one folder and name it in GRID_OFFICIAL.
"""
import os
import sys

import torch

from common import check_blas, cnn, mnist, timed

for checkout in ("auto-attack", "adversarial-library"):
    sys.path.insert(0, os.path.join(os.environ.get("GRID_OFFICIAL", "."), checkout))

torch.set_num_threads(1)
torch.manual_seed(0)
check_blas()
model = cnn(trained=True).eval()
images, labels = map(torch.from_numpy, mnist("t10k"))
images, labels = images.unsqueeze(1)[:100], labels[:100]


def left(perturbed):
    with torch.no_grad():
        return f"{int((model(perturbed).argmax(1) == labels).sum())} of 100 left"


def parts(names):
    from autoattack import AutoAttack

    # The parts as the standard version sets them, one restart each; a custom one would take five.
    attack = AutoAttack(model, norm="Linf", eps=0.1, version="standard", device="cpu", verbose=False)
    attack.attacks_to_run = names
    return attack.run_standard_evaluation_individual(images, labels, bs=100)


def run(kind):
    if kind == "ddn":
        from adv_lib.attacks import ddn

        perturbed = ddn(model, images, labels, steps=100, levels=None)
        near = (perturbed - images).flatten(1).norm(dim=1) <= 1.25
        return left(torch.where(near.view(-1, 1, 1, 1), perturbed, images))
    names = ["apgd-ce", "apgd-t", "fab-t", "square"] if kind == "autoattack" else [kind]
    found = parts(names).values()
    with torch.no_grad():
        right = torch.stack([model(each).argmax(1) == labels for each in found]).all(0)
    return f"{int(right.sum())} of 100 left"


timed(lambda: run(sys.argv[1]))
