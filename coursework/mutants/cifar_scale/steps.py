"""Plausible mistakes in a step of FixMatch."""

from coursework.mutants import Mutant

F = "train_fixmatch"

MUTANTS = [
    Mutant(
        F,
        "the step does not fall",
        "math.cos(7.0 * math.pi * self.step / (16.0 * s.steps))",
        "1.0",
    ),
    Mutant(F, "the step falls to half a wave", "7.0 * math.pi", "8.0 * math.pi"),
    Mutant(
        F,
        "no momentum of Nesterov",
        "nesterov=settings.momentum > 0.0",
        "nesterov=False",
    ),
    Mutant(F, "no weight decay", "weight_decay=settings.reg", "weight_decay=0.0"),
    Mutant(
        F,
        "the network that was given is trained",
        "net = copy.deepcopy(network).to(",
        "net = network.to(",
    ),
    Mutant(F, "the average is the last", "1.0 - s.average)", "1.0)"),
    Mutant(F, "averages the wrong way", "1.0 - s.average)", "s.average)"),
    Mutant(
        F,
        "the average keeps old moments",
        "                mean.copy_(now)\n",
        "                mean.copy_(mean)\n",
    ),
    Mutant(
        F,
        "the same draws in each step",
        "generators(self.seeds, self.step, self.rank",
        "generators(self.seeds, 0, self.rank",
    ),
    Mutant(
        F,
        "one seed for all copies",
        "generators(self.seeds, self.step",
        "generators(self.seeds[:1] * len(self.seeds), self.step",
    ),
    Mutant(
        F,
        "strong views for weak ones",
        "self.believed(self.views(others, draws, weak_view), second)",
        "self.believed(self.views(others, draws, strong_view), second)",
    ),
    Mutant(
        F,
        "weak views for strong ones",
        "views.append(self.views(others, draws, strong_view))",
        "views.append(self.views(others, draws, weak_view))",
    ),
    Mutant(
        F,
        "labels of other images",
        "t[i] for t, i in zip(self.labels, first",
        "t[i] for t, i in zip(self.labels.flip(1), first",
    ),
    Mutant(F, "refines from the start", "self.step >= s.refine_from", "True"),
    Mutant(
        F,
        "targets are not used",
        "            q = torch.stack(\n                [t[i] "
        "for t, i in zip(self.targets",
        "            _ = torch.stack(\n                "
        "[t[i] for t, i in zip(self.targets",
    ),
    Mutant(F, "beliefs are forgotten", "self.beliefs[k, index] = q[:, k]", "pass"),
    Mutant(
        F,
        "beliefs of the first copy",
        "self.beliefs[k, index] = q[:, k]",
        "self.beliefs[k, index] = q[:, 0]",
    ),
    Mutant(
        F,
        "the pool has labelled images only",
        "high = len(self.share) if kind else",
        "high = min(4, len(self.share)) if kind else",
    ),
    Mutant(
        F,
        "draws the first image only",
        "torch.randint(high, (count,)",
        "torch.randint(1, (count,)",
    ),
    Mutant(
        F,
        "views of one copy for all",
        "zip(index, draws, strict=True)\n        ]\n        return torch.cat(parts, 1)",
        "zip(index[:1] * len(index), draws, "
        "strict=True)\n        ]\n        return torch.cat(parts, 1)",
    ),
    Mutant(F, "mirrors what must not be", "flip=self.settings.flip", "flip=True"),
    Mutant(
        F,
        "an unlabelled weight of one",
        "unlabeled_weight=s.unlabeled_weight",
        "unlabeled_weight=1.0",
    ),
    Mutant(
        F,
        "momenta are not resumed",
        'self.optimizer.load_state_dict(state["optimizer"])',
        "pass",
    ),
    Mutant(
        F,
        "averages are not resumed",
        'self.mean.load_state_dict(state["mean"])',
        "pass",
    ),
    Mutant(
        F, "beliefs are not resumed", 'self.beliefs.copy_(state["beliefs"])', "pass"
    ),
    Mutant(
        F, "targets are not resumed", 'self.targets.copy_(state["targets"])', "pass"
    ),
    Mutant(
        F,
        "starts again",
        'self.step, self.history = state["step"], state["history"]',
        'self.history = state["history"]',
    ),
    Mutant(
        F,
        "a checkpoint says nothing of the data",
        " | identity(self.net, self.images, self.labeled, self.labels)",
        "",
    ),
    Mutant(
        F,
        "keeps no momenta",
        '"optimizer": self.optimizer.state_dict()',
        '"optimizer": torch.optim.SGD(self.net.parameters(), lr=1.0).state_dict()',
    ),
    Mutant(
        F,
        "the wrong network is kept",
        '"mean": self.mean.state_dict()',
        '"mean": self.net.state_dict()',
    ),
]
