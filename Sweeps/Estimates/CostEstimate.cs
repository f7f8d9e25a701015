using System.Text.Json.Serialization;
using Grid.Sweeps.Statistics;

namespace Grid.Sweeps.Estimates;

/// <summary>How long the cells of a sweep will take, judged by cells that were measured. Times are for one worker that runs all of them in
/// turn.</summary>
/// <param name="Processors">The seconds on processors.</param>
/// <param name="Cards">The seconds on GPUs.</param>
/// <param name="From">The number of measured cells that the estimate is based on.</param>
/// <param name="Unknown">The attacks of which no cell was measured; their cells are not in the times.</param>
/// <param name="Kinds">The kinds of cells, the costliest first.</param>
public sealed record CostEstimate(
    Estimate Processors, Estimate Cards, int From, IReadOnlyList<string> Unknown, IReadOnlyList<KindCost> Kinds)
{
    /// <summary>Whether any measured cell supports the estimate.</summary>
    [JsonIgnore]
    public bool IsKnown => Kinds.Count > 0;

    /// <summary>The seconds on processors and GPUs together.</summary>
    [JsonIgnore]
    public Estimate Seconds => new(Processors.Value + Cards.Value, Processors.Low + Cards.Low, Processors.High + Cards.High);
}

/// <summary>Cells of one kind: they differ in strength, seed and whatever the measured kinds of cells do not distinguish.</summary>
/// <param name="Attack">The attack in canonical text.</param>
/// <param name="Defense">The defense in canonical text.</param>
/// <param name="Cells">The number of cells of this kind that are to be run.</param>
/// <param name="Seconds">The seconds that all of them take together.</param>
public sealed record KindCost(string Attack, string Defense, int Cells, Estimate Seconds);
