using System.Reflection;
using Grid.Lab.Datasets;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses;

/// <summary>Several defenses of the input, one after the other: the first meets the image, the last the network.</summary>
/// <param name="defenses">Filters and the like, in this order; none that changes data or training, and none that certifies.</param>
[Named("chain")]
public sealed class Chain(IReadOnlyList<Defense> defenses) : Defense
{
    readonly Defense[] _defenses = Array.ConvertAll([.. defenses], Link);

    /// <inheritdoc/>
    public override bool ChangesClassifier => _defenses.Any(d => d.ChangesClassifier);

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) =>
        _defenses.Select(d => d.Objection(data, samples)).FirstOrDefault(o => o is not null);

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network, ulong seed) =>
        _defenses.AsEnumerable().Reverse().Aggregate(network, (inner, d) => d.Wrap(inner, seed));

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => Wrap(network, seed: 0);

    static Defense Link(Defense defense) =>
        defense is None || defense is { ChangesClassifier: true, ChangesTraining: false, ChangesData: false, Certifies: false }
            ? defense
            : throw new ArgumentException(
                $"{defense.GetType().GetCustomAttribute<NamedAttribute>()?.Name} cannot stand in a chain: only what changes the input can, "
                + "such as median-filter or jpeg.");
}
