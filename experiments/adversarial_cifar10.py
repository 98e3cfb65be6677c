"""Accuracy and robustness on two classes of CIFAR-10, small and in grey.

    COMPANION_DATA=/your/folder python -m experiments.adversarial_cifar10

Airplanes against automobiles. Protocol: grey images, averaged down to 8 x 8 pixels in
[0, 1] and a bias; per seed 120 random training and 500 random test images; models and
scores as in `experiments.adversarial_digits`. So small a task is no match for published
accuracies: it compares methods with each other, on natural images.
"""

import numpy as np

from companion_data.images import cifar10
from experiments.adversarial_digits import compare
from experiments.provenance import save
from reference.common import with_bias

CLASSES = (0, 1)
RADII = [0.0, 2 / 255, 4 / 255, 8 / 255]
REG = 1.0
SEEDS = list(range(5))


def small_and_grey(images):
    """Return images (n, 32, 32, 3) as rows of 8 x 8 grey pixels in [0, 1]."""
    grey = images.mean(axis=3) / 255.0
    return grey.reshape(len(images), 8, 4, 8, 4).mean(axis=(2, 4)).reshape(-1, 64)


def main():
    """Run all seeds and write results/adversarial_cifar10.json."""
    X_train, t_train, X_test, t_test = cifar10(CLASSES)
    sets = [(with_bias(small_and_grey(X)), np.where(t == CLASSES[0], 1.0, -1.0))
            for X, t in ((X_train, t_train), (X_test, t_test))]  # fmt: skip
    results = {
        "radii": RADII, "reg": REG, "classes": ["airplane", "automobile"],
        "protocol": "grey, 8 x 8 means, 120 training and 500 test images per seed",
        "rows": [],
    }  # fmt: skip
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        picked = [
            (X[rows], y[rows])
            for (X, y), size in zip(sets, (120, 500), strict=True)
            for rows in [rng.choice(len(y), size, replace=False)]
        ]
        results["rows"].append(compare(*picked, RADII, REG, rng))
        print(seed, *results["rows"][-1], sep="\n  ", flush=True)
    save("adversarial_cifar10", results, seeds=SEEDS)


if __name__ == "__main__":
    main()
