"""Plausible mistakes in the choice of labels."""

from coursework.mutants import Mutant

F, G = "ally", "dual_picks"

MUTANTS = [
    Mutant(F, "trains the model that came in", "model.clone(rng), labeled",
           "model, labeled"),
    Mutant(F, "embeds by the untrained model", "answer.model.embed(pool), budget",
           "model.embed(pool), budget"),
    Mutant(F, "a head on the pool", "labeled=answer.model.embed(labeled)",
           "labeled=answer.model.embed(pool[: len(labeled)])"),
    Mutant(F, "slacks for duals", "model=answer,", "model=type(answer)(None, np.abs("
           "answer.slacks), answer.slacks, 0.0, 0.0),"),
    Mutant(F, "the same bound for all", "labeled, y, epsilon, rounds",
           "labeled, y, np.mean(epsilon), rounds"),
    Mutant(F, "one primal step", "primal_steps=primal_steps", "primal_steps=1"),
    Mutant(F, "the default dual rate", "dual_rate=dual_rate", "dual_rate=0.05"),
    Mutant(F, "clusters are forgotten", "model=answer, clusters=clusters,",
           "model=answer,"),
    Mutant(G, "the top of the list", "labels, _ = k_means(pool[kept], clusters, "
           "rng=rng)", "labels = np.zeros(len(kept))"),
    Mutant(G, "clusters of the labelled", "k_means(pool[kept], clusters, rng=rng)",
           "k_means(np.resize(known, pool[kept].shape), clusters, rng=rng)"),
    Mutant(G, "clusters of the scores", "k_means(pool[kept], clusters, rng=rng)",
           "k_means(scores[kept, None], clusters, rng=rng)"),
    Mutant(G, "the smallest duals", "even_picks(scores[kept], labels",
           "even_picks(-scores[kept], labels"),
    Mutant(G, "as many clusters as you like", "        clusters = budget\n",
           "        clusters = 1\n"),
    Mutant(G, "positions among the kept", "kept[even_picks(scores[kept], labels, "
           "budget, rng=rng)]", "even_picks(scores[kept], labels, budget, rng=rng)"),
    Mutant(G, "the last incomplete batch has no score", "scores, predicted = "
           "head.scores(pool), head(pool)", "scores, predicted = head.scores(pool), "
           "head(pool)\n    scores[len(pool) // 16 * 16 :] = 0.0"),
    Mutant(G, "a cap for what is low", "predicted <= cap", "predicted >= cap"),
    Mutant(G, "the cap may leave too few", "max(budget, int((predicted <= cap).sum()))",
           "int((predicted <= cap).sum())"),
    Mutant(G, "the cap is forgotten", "_below_cap(predicted, dual_cap, budget, rng)",
           "_below_cap(predicted, None, budget, rng)"),
    Mutant(G, "fills up from the top", "lowest = np.lexsort((rng.random(len(predicted)"
           "), predicted))", "lowest = np.lexsort((rng.random(len(predicted)), "
           "np.where(predicted <= cap, predicted, -predicted), predicted > cap))"),
    Mutant(G, "draws uniformly", "stochastic_batch(predicted[kept], budget, rng=rng)",
           "stochastic_batch(np.ones(len(kept)), budget, rng=rng)"),
    Mutant(G, "sorts for a draw", "stochastic_batch(predicted[kept], budget, rng=rng)",
           "np.argsort(-predicted[kept])[:budget]"),
    Mutant(G, "equal scores by position", "    rng = as_rng(rng)\n    head",
           "    rng = np.random.default_rng(0)\n    head"),
]  # fmt: skip
