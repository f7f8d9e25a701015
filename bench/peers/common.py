"""What the peer scripts share: the data, the network, and one line of JSON for each timed run, as ours print it."""
import gzip
import json
import os
import resource
import struct
import sys
import time

import numpy as np

FOLDER = os.environ.get("GRID_DATA", ".")


def cpu():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(work, runs=None, shortest=0.3):
    """Short work is repeated until it can be timed; figures are of one repetition."""
    for _ in range(runs or (int(sys.argv[2]) if len(sys.argv) > 2 else 1)):
        start, wall, times = cpu(), time.perf_counter(), 0
        while times == 0 or time.perf_counter() - wall < shortest:
            note = work()
            times += 1
        print(json.dumps({"cpu": (cpu() - start) / times, "wall": (time.perf_counter() - wall) / times, "note": note or ""}), flush=True)


def check_blas():
    """NumPy and Debian's PyTorch call whatever BLAS is installed; beside the reference one any comparison would flatter us."""
    a = np.ones((512, 512), np.float32)
    a @ a
    start = cpu()
    for _ in range(3):
        a @ a
    rate = 3 * 2 * 512**3 / (cpu() - start) / 1e9
    if rate < 30:
        sys.exit(f"NumPy multiplies at {rate:.0f} GFLOP/s: this is no optimised BLAS; install libopenblas0-pthread, or point LD_LIBRARY_PATH at one")


def idx(name):
    with gzip.open(os.path.join(FOLDER, "mnist", name + ".gz")) as file:
        _, _, _, axes = struct.unpack("4B", file.read(4))
        shape = struct.unpack(f">{axes}I", file.read(4 * axes))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def mnist(part):
    return idx(f"{part}-images-idx3-ubyte").astype(np.float32) / 255, idx(f"{part}-labels-idx1-ubyte").astype(np.int64)


def safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    entries = sorted((e["data_offsets"][0], e) for n, e in header.items() if n != "__metadata__")
    return [np.frombuffer(data[slice(*e["data_offsets"])], np.float32).reshape(e["shape"]).copy() for _, e in entries]


def cnn(trained=False):
    """The network of `model: cnn`; channels last is the fastest layout in training, LAYOUT=default is what one gets unasked."""
    import torch
    from torch import nn

    model = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 128), nn.ReLU(), nn.Linear(128, 10))
    if trained:
        values = safetensors(os.path.join(FOLDER, "models", "mnist-cnn.safetensors"))
        with torch.no_grad():
            for parameter, value in zip(model.parameters(), values):
                parameter.copy_(torch.from_numpy(value))
        model.requires_grad_(False)
    return model if os.environ.get("LAYOUT") == "default" else model.to(memory_format=torch.channels_last)
