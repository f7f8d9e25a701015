"""Randomized smoothing in PyTorch: counts of 1,100 noisy draws for each of 100 test images, 100 draws at a time."""
import torch

from common import check_blas, cnn, mnist, timed

torch.set_num_threads(1)
torch.manual_seed(1)
check_blas()
model = cnn(trained=True)
images = torch.from_numpy(mnist("t10k")[0]).unsqueeze(1)


def counts(number=100):
    found = []
    with torch.no_grad():
        for image in images[:number]:
            votes = torch.zeros(10, dtype=torch.long)
            for _ in range(11):
                noisy = image + 0.25 * torch.randn(100, 1, 28, 28)
                votes += torch.bincount(model(noisy).argmax(1), minlength=10)
            found.append(votes)
    return f"mean of the largest count {torch.stack(found).amax(1).float().mean():.1f}"


counts(5)
timed(counts)
