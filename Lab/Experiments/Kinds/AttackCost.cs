using Grid.Lab.Attacks;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>Sums up over all batches what an attack cost and how near it came: passes for a sample, distances, and which of its parts broke
/// how many samples.</summary>
sealed class AttackCost(ReplicaBatch peers, int strengths)
{
    readonly double[,] _forwards = new double[peers.Count, strengths];
    readonly double[,] _gradients = new double[peers.Count, strengths];
    readonly Dictionary<(int Peer, int Strength, int Part), int> _broken = [];
    readonly List<double>[] _distances = [.. Enumerable.Range(0, peers.Count).Select(_ => new List<double>())];
    IReadOnlyList<string> _parts = [];

    public void Add(EvasionRun run, Batch batch)
    {
        _parts = run.Parts;
        for (var i = 0; i < batch.Count; i++)
        {
            var owner = peers.Owner(i, batch);
            if (run.Distances is { } distances) _distances[owner].Add(distances[i]);
            for (var k = 0; k < strengths; k++)
            {
                _forwards[owner, k] += run.Forwards[k][i];
                _gradients[owner, k] += run.Gradients[k][i];
                var place = (owner, k, run.BrokenBy[k][i]);
                _broken[place] = _broken.GetValueOrDefault(place) + 1;
            }
        }
    }

    /// <summary>Adds passes that preceded an attack at a strength, for all samples together.</summary>
    public void Add(int strength, double forwards, double gradients) =>
        (_forwards[0, strength], _gradients[0, strength]) = (_forwards[0, strength] + forwards, _gradients[0, strength] + gradients);

    /// <summary>The passes of one setting at one strength.</summary>
    public IEnumerable<(string, Measurement)> Of(int peer, int strength)
    {
        yield return (Metric.ForwardPasses, new(_forwards[peer, strength] / peers.Samples, peers.Samples));
        yield return (Metric.GradientPasses, new(_gradients[peer, strength] / peers.Samples, peers.Samples));
        for (var part = 0; part < _parts.Count; part++)
            yield return (Metric.BrokenBy(_parts[part]),
                Measurement.Rate(_broken.GetValueOrDefault((peer, strength, part)), peers.Samples));
        var distances = _distances[peer].Order().ToArray();
        if (distances.Length == 0) yield break;
        yield return (Metric.DistanceFound, Measurement.Rate(distances.Count(double.IsFinite), distances.Length));
        foreach (var (name, share) in new[] { (Metric.DistanceLow, 0.25), (Metric.DistanceMedian, 0.5), (Metric.DistanceHigh, 0.75) })
            if (Quantile(distances, share) is var value && double.IsFinite(value)) yield return (name, new(value, distances.Length));
    }

    /// <summary>A quantile of sorted values, interpolated linearly between neighbours.</summary>
    static double Quantile(double[] ascending, double share)
    {
        var place = share * (ascending.Length - 1);
        var (low, rest) = ((int)place, place - Math.Floor(place));
        return rest == 0 ? ascending[low] : ascending[low] + rest * (ascending[low + 1] - ascending[low]);
    }
}
