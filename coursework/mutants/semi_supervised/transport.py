"""Plausible mistakes in the flow that says whether totals can be met."""

from coursework.mutants import Mutant

F = "refine"

MUTANTS = [
    Mutant(F, "fixed rows take no room", "left = totals - Q[stays].sum(axis=0)",
           "left = totals * (~stays).mean()"),
    Mutant(F, "nothing is forbidden", "support[~stays] = usable[source.ravel()]",
           "pass"),
    Mutant(F, "only what the flow uses", "usable = open_to & (component[:S, None] == "
           "component[S:])", "usable = flow > DUST * n"),
    Mutant(F, "components without directions", 'connection="strong"',
           'connection="weak"'),
    Mutant(F, "no way back in the residual graph", "graph[S:, :S] = (flow > DUST * "
           "n).T", "pass"),
    Mutant(F, "every source is one row", "fill(size.astype(float)",
           "fill(np.ones(len(size))"),
    Mutant(F, "no detours", "        new = back.any(axis=1) & ~sources\n",
           "        new = np.zeros(S, dtype=bool)\n"),
    Mutant(F, "sources without mass send some", "sources, classes = supply > dust, "
           "np.zeros", "sources, classes = supply > -1.0, np.zeros"),
    Mutant(F, "a detour leaves its old place full",
           "        for s, k in zip(sources[1:], stops[:-1], strict=True):\n"
           "            flow[s, k] -= amount\n", ""),
    Mutant(F, "more than a detour can give", "min(supply[sources[0]], room[stops[-1]], "
           "*leaving)", "min(supply[sources[0]], room[stops[-1]])"),
    Mutant(F, "more than a class has room for", "min(supply[sources[0]], "
           "room[stops[-1]], *leaving)", "min(supply[sources[0]], *leaving)"),
    Mutant(F, "no certificate", "                only,\n            )",
           "                None,\n            )"),
    Mutant(F, "all classes as the certificate", "only = np.flatnonzero(classes)",
           "only = np.arange(C)"),
    Mutant(F, "fixed rows are looked for in the flow", "        if load > "
           "totals[only].sum():", "        if not stays.any() and load > "
           "totals[only].sum():"),
]  # fmt: skip
