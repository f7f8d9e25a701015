using System.Collections.Immutable;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Tests.Spec;

/// <summary>A catalogue like the real one, written by hand.</summary>
static class Known
{
    static readonly ParameterValue None = new Absent();

    public static readonly Vocabulary Vocabulary = new(
    [
        new("dataset", "digits", []),
        new("dataset", "mnist", [new("fold", ParameterKind.Integer, 0.0, Low: 0, High: 9)]),
        new("dataset", "houses", []),
        new("dataset", "npz", [new("path", ParameterKind.Word, null, "file with x and y"), new("shuffle", ParameterKind.Flag, true)]),
        new("model", "linear", []),
        new("model", "softmax", [new("l2", ParameterKind.Number, 0.0, Low: 0)]),
        new("model", "mlp", [new("hidden", ParameterKind.Integer, 100.0, Low: 1)]),
        new("model", "cnn", []),
        new("model", "file", [new("path", ParameterKind.Word, null)]),
        new("attack", "fgsm", [], AttackKind.Evasion) { IsSingleStep = true },
        new("attack", "pgd",
        [
            new("steps", ParameterKind.Integer, 40.0, Low: 1),
            new("restarts", ParameterKind.Integer, 1.0, Low: 1),
            new("norm", ParameterKind.Word, "linf", Words: ["linf", "l2"]),
            new("step_size", ParameterKind.Number, None, Low: 0, LowOpen: true),
        ], AttackKind.Evasion),
        new("attack", "label-flip", [new("mode", ParameterKind.Word, "random", Words: ["random", "pairwise", "targeted"])],
            AttackKind.Poisoning),
        new("attack", "price-poisoning", [], AttackKind.Poisoning),
        new("defense", "none", []),
        new("defense", "median-filter",
            [new("size", ParameterKind.Integer, 3.0, Low: 1, High: 9), new("passes", ParameterKind.Integer, 1.0, Low: 1)]),
        new("defense", "adversarial-training",
        [
            new("attack", ParameterKind.Choice, new Cells.Choice("fgsm"), Category: "attack"),
            new("epsilon", ParameterKind.Number, 0.3, Low: 0, High: 1),
        ]),
        new("defense", "friends",
        [
            new("noise_std", ParameterKind.Number, 8.0, Low: 0),
            new("clip_threshold", ParameterKind.Number, 4.0, Low: 0, LowOpen: true),
            new("phases", ParameterKind.List, new Many([.. new[] { "attack", "perturb", "recover" }.Select(w => (ParameterValue)w)]),
                Words: ["attack", "perturb", "recover"]),
        ]),
        new("defense", "chain", [new("defenses", ParameterKind.List, null, Category: "defense")]),
        new("optimizer", "adam",
            [new("lr", ParameterKind.Number, 0.001, Low: 0, LowOpen: true),
                new("beta1", ParameterKind.Number, 0.9, Low: 0, High: 1, HighOpen: true)]),
        new("optimizer", "sgd", [new("lr", ParameterKind.Number, null, Low: 0, LowOpen: true)]),
        new("training", "training",
        [
            new("epochs", ParameterKind.Integer, 3.0, Low: 0),
            new("batch", ParameterKind.Integer, 128.0, Low: 1),
            new("optimizer", ParameterKind.Choice, "adam", Category: "optimizer"),
            new("decay", ParameterKind.Choice, None, Category: "schedule"),
        ]),
        new("evaluation", "evaluation",
            [new("samples", ParameterKind.Integer, 1000.0, Low: 1), new("trials", ParameterKind.Integer, 1000.0, Low: 1)]),
        new("schedule", "cosine", [new("end", ParameterKind.Number, 0.0, Low: 0)]),
    ]);

    public const string Evasion = """
        # grid run examples/mnist-evasion.yaml        2 cores: 3 min. Expect: clean 0.986, FGSM 0.3 below 0.05, PGD 0.3 at 0.00
        name: mnist-evasion
        dataset: mnist
        model: cnn
        training: {epochs: 3, batch: 128, optimizer: {adam: {lr: 0.001}}}
        attack:
          - fgsm
          - pgd: {steps: 40, restarts: 1}
        defense:
          - none
          - median-filter: {size: 2, passes: 2}
          - adversarial-training: {attack: fgsm, epsilon: 0.3}
        strength: {from: 0, to: 0.3, count: 13}
        seeds: 5
        evaluation: {samples: 1000}
        """;

    public const string Friends = """
        name: friends
        dataset: houses
        model: linear
        attack: price-poisoning
        defense: {friends: {noise_std: [5, 8, 10], clip_threshold: [1, 2, 4, 8], phases: [attack, perturb, recover]}}
        strength: [0, 1]
        trials: 10000
        """;
}
