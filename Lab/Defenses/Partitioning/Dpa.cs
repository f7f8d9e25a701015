using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;

namespace Grid.Lab.Defenses.Partitioning;

/// <summary>
/// Deep partition aggregation: cuts the training set into parts by a hash of each image, trains a network on each and lets them vote. A
/// sample that is added, removed or changed reaches the votes of its own part alone, so a lead in votes is a certificate against poison:
/// no attack, known or not, changes the answer with fewer samples.
/// </summary>
/// <param name="partitions">Parts, each with a network of its own: more certify against more samples, and each network sees fewer.</param>
/// <param name="election">plurality, or run-off: of the two classes with most votes the one that more networks prefer to the other, which
/// certifies more with the same networks.</param>
/// <remarks>Levine and Feizi, "Deep partition aggregation: provable defenses against general poisoning attacks", ICLR 2021,
/// theorem 1; run-off: Rezaei et al., "Run-off election: improved provable defense against data poisoning attacks", ICML 2023.</remarks>
[Named("dpa"), Cites("levine2021deep", "rezaei2023run")]
public sealed class Dpa([Range(1, 100_000)] int partitions = 100, Election election = Election.Plurality) : Defense
{
    /// <summary>How the networks come to an answer.</summary>
    public Election Election => election;

    /// <summary>How many networks vote.</summary>
    public int Partitions => partitions;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => partitions <= samples
        ? null
        : $"dpa: {samples} training samples do not make {partitions} parts: ask for fewer partitions, or train on more samples.";
}
