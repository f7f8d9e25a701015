using Grid.Sweeps.Curves;

namespace Grid.Presentation.Documents;

/// <summary>Two sweeps, or two defenses of one, on the samples that both were measured on.</summary>
/// <param name="A">Id of a sweep, or label of a defense; B is the other one.</param>
public sealed record ComparisonDocument(string A, string B, IReadOnlyList<PairDocument> Pairs)
{
    public static ComparisonDocument Of(string a, string b, IEnumerable<PairedCurve> pairs) =>
        new(a, b, [.. pairs.Select(PairDocument.Of)]);
}

/// <summary>One attack on the same data, model and poison.</summary>
/// <param name="DefenseA">Defense of A, which differs from <paramref name="DefenseB"/> if defenses are compared.</param>
public sealed record PairDocument(
    string Dataset, string Model, string Poison, string Attack, string DefenseA, string DefenseB, IReadOnlyList<DifferenceDocument> Points)
{
    internal static PairDocument Of(PairedCurve p) => new(
        p.First.Dataset, p.First.Model, p.First.Poison, p.First.Attack, p.First.Defense, p.Second.Defense,
        [
            .. p.Points.Select(at => new DifferenceDocument(
                at.Strength, at.First, at.Second, -at.Difference.Difference.Value, -at.Difference.Difference.High,
                    -at.Difference.Difference.Low,
                at.Difference.PValue, at.Difference.OnlyFirst, at.Difference.OnlySecond, at.Difference.Samples, at.Difference.Seeds)),
        ]);
}

/// <summary>Robust accuracy of both at one strength.</summary>
/// <param name="Difference">B less A, paired by sample, with its 95 % interval.</param>
/// <param name="P">Chance of such a difference if there were none.</param>
/// <param name="OnlyA">Number of samples that A alone has right, over all seeds.</param>
/// <param name="Samples">Number of samples behind one seed.</param>
public sealed record DifferenceDocument(
    double Strength, double A, double B, double Difference, double Low, double High, double P, long OnlyA, long OnlyB, long Samples,
        int Seeds);
