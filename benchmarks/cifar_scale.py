"""Steps of FixMatch beside a plain loop over a data loader, and beside the cost model.

    OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 python -m benchmarks.cifar_scale
    python -m benchmarks.cifar_scale --device cuda --half --compile --batch 64 --ratio 7

The plain loop is what one writes first: images normalised and augmented one at a time
by a data set on the processor, three loaders, float32, weak and strong views and the
labelled ones in one pass with gradients. Both train the same WRN-28-2 on the same
images with the same loss. The images are noise: neither side looks at them.
"""

import argparse
import json
import platform
from importlib.metadata import version
from pathlib import Path

import torch
from torch.utils.data import DataLoader, Dataset, RandomSampler

from benchmarks.timing import alternate
from reference.cifar_scale import (
    FixMatch,
    build_network,
    consistency_loss,
    step_cost,
    strong_view,
    train_fixmatch,
    weak_view,
)
from reference.cifar_scale.train import peak_memory

RESULTS = Path(__file__).parent / "results"


class OneAtATime(Dataset):
    """Views of one image at a time, on the processor."""

    def __init__(self, images, y, strong):
        self.images, self.y, self.strong = images, y, strong
        self.draw = torch.Generator().manual_seed(0)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        image = self.images[i : i + 1]
        weak = weak_view(image, generator=self.draw)[0]
        if not self.strong:
            return weak, self.y[i]
        return weak, strong_view(image, generator=self.draw)[0]


def plain_loop(network, images, y, labeled, settings, device, steps):
    """Train by the loop that one writes first."""
    network = network.to(device).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=0.03, momentum=0.9,
                                nesterov=True, weight_decay=5e-4)  # fmt: skip

    def loader(data, size):
        draws = RandomSampler(data, replacement=True, num_samples=size * steps)
        return DataLoader(data, size, sampler=draws, num_workers=0)

    batches = zip(
        loader(OneAtATime(images[labeled], y[labeled], False), settings.batch),
        loader(OneAtATime(images, y, True), settings.batch * settings.ratio),
        strict=True,
    )
    for (x, t), (weak, strong) in batches:
        everything = torch.cat([x, weak, strong]).to(device)
        logits = network(everything)
        ours, q, strong_logits = logits.split([len(x), len(weak), len(strong)])
        loss, _ = consistency_loss(
            ours, t.to(device), strong_logits, q.detach().softmax(1)
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if device == "cuda":
        torch.cuda.synchronize()


def main():
    """Time both, compare with the cost model, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--ratio", type=int, default=3)
    parser.add_argument("--steps", type=int, default=3)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--half", action="store_true")
    parser.add_argument("--compile", action="store_true")
    options = parser.parse_args()
    device = torch.device(options.device)
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (2000, 3, 32, 32), generator=draw).byte()
    y, labeled = torch.arange(2000) % 10, torch.arange(40)
    settings = FixMatch(
        steps=options.steps, batch=options.batch, ratio=options.ratio,
        half=options.half, compile=options.compile,
    )  # fmt: skip
    network = build_network()
    there = images.to(device)

    def ours():
        train_fixmatch(network.to(device), there, labeled, y[labeled], settings)

    def other():
        plain_loop(build_network(), images, y, labeled, settings, options.device,
                   options.steps)  # fmt: skip

    peak_memory(device)
    before = peak_memory(device)
    ours()  # compilers and allocators have their first time here
    memory = peak_memory(device) - before
    found = alternate(ours, other, repeats=options.repeats)
    cost = step_cost(network, 32, settings)
    step = found["ours"] / options.steps
    results = {
        "device": torch.cuda.get_device_name() if options.device == "cuda"
        else f"processor, {torch.get_num_threads()} thread",
        "batch": options.batch,
        "ratio": options.ratio,
        "half": options.half,
        "compiled": options.compile,
        "seconds_a_step": step,
        "seconds_a_step_plain": found["other"] / options.steps,
        "speed_up": found["ratio"],
        "views_a_second": options.batch * (1 + 2 * options.ratio) / step,
        "operations_a_step": cost.step,
        "operations_a_second": cost.step / step,
        "hours_of_the_papers_protocol": 2**20 * step / 3600.0
        * (64 * (3 + 4 * 7)) / (options.batch * (3 + 4 * options.ratio)),
        "memory": memory,
        "memory_predicted": cost.memory,
    }  # fmt: skip
    record = {
        "command": "python -m benchmarks.cifar_scale",
        "seeds": [0],
        "python": platform.python_version(),
        "versions": {p: version(p) for p in ("numpy", "torch")},
        "results": results,
    }
    name = "cifar_scale" if options.device == "cpu" else "cifar_scale_gpu"
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    for key, value in results.items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
