using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Batching;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>
/// What a search has found, as one attack: each strength is attacked by the candidate that was chosen for it.
/// </summary>
sealed class ParameterSearch : EvasionAttack
{
    readonly Dictionary<double, (EvasionAttack Attack, int Number, Trial[] Trials)> _found = [];
    readonly EvasionAttack _first;
    readonly string[] _labels;

    ParameterSearch(EvasionAttack first, string[] labels) => (_first, _labels) = (first, labels);

    /// <summary>The results of a candidate so far.</summary>
    sealed class Trial
    {
        public int Samples { get; set; }

        public int Right { get; set; }

        public double Forwards { get; set; }

        public double Gradients { get; set; }
    }

    /// <summary>Searches at every strength but 0 by successive halving, beginning with the first samples.</summary>
    /// <param name="peers">The one setting whose attack is searched.</param>
    /// <param name="search">The candidates and the budget.</param>
    /// <param name="target">The classifier that is attacked.</param>
    /// <param name="defended">The classifier that answers.</param>
    /// <param name="strengths">Strengths in any order; each is searched by itself.</param>
    public static ParameterSearch Of(
        ReplicaBatch peers, AttackSearch search, Classifier target, Classifier defended, IReadOnlyList<double> strengths)
    {
        var candidates = ((Many)peers.First.Cell.Attack.Settings[Catalogue.Vocabulary.Find(Category.Attack, peers.First.Cell.Attack.Name)!
            .With(ParameterRole.Candidates)!.Name]).Values;
        var found = new ParameterSearch(search.Attacks[0],
            [.. candidates.Select(c => Catalogue.Vocabulary.Label(Category.Attack, ((Pick)c).Value))]);
        foreach (var strength in strengths.Distinct().Where(s => s > 0))
        {
            var trials = Array.ConvertAll(found._labels, _ => new Trial());
            var standing = Enumerable.Range(0, trials.Length).ToList();
            while (standing.Count > 1)
            {
                var samples = search.Tried(standing.Count, peers.Samples);
                foreach (var candidate in standing)
                {
                    peers.First.Report($"{peers.First.Cell.Attack.Name} at {Canonical.Number(strength)}: {standing.Count} of "
                        + $"{trials.Length} stand, {found._labels[candidate]} on {samples} samples");
                    Try(peers, search.Attacks[candidate], target, defended, strength, samples, trials[candidate]);
                }

                // Of equals the first.
                standing = [.. standing.OrderBy(c => (double)trials[c].Right / trials[c].Samples).ThenBy(c => c)
                    .Take((standing.Count + 1) / 2)];
            }

            found._found.Add(strength, (search.Attacks[standing[0]], standing[0], trials));
        }

        return found;
    }

    /// <summary>Continues a candidate where its last trial ended.</summary>
    static void Try(ReplicaBatch peers, EvasionAttack attack, Classifier target, Classifier defended, double strength, int samples,
        Trial trial)
    {
        foreach (var batch in peers.InBatches(trial.Samples, samples))
        {
            using var scope = peers.First.Device.Scope();
            var taken = batch();
            var run = peers.Run(attack, target, taken, [strength]);
            trial.Right += defended.Predict(run.Images[0]).Is(taken.Labels).ToArray().Count(right => right != 0);
            trial.Forwards += run.Forwards[0].Sum(f => (double)f);
            trial.Gradients += run.Gradients[0].Sum(g => (double)g);
        }

        trial.Samples = Math.Max(trial.Samples, samples);
    }

    /// <summary>Adds the passes that the search took to the cost of the attack.</summary>
    public void Charge(IReadOnlyList<double> strengths, AttackCost expense)
    {
        foreach (var (place, strength) in strengths.Index())
            if (_found.TryGetValue(strength, out var found))
                expense.Add(place, found.Trials.Sum(t => t.Forwards), found.Trials.Sum(t => t.Gradients));
    }

    /// <summary>The measurements of the search at a strength: what was tried and chosen, and the passes that this took for each
    /// sample.</summary>
    /// <param name="strength">A strength that was searched; others have no measurements.</param>
    /// <param name="samples">The number of samples of the evaluation.</param>
    public IEnumerable<(string, Measurement)> Of(double strength, int samples)
    {
        if (!_found.TryGetValue(strength, out var found)) yield break;
        yield return (Metric.SearchChosen, new(found.Number + 1));
        yield return (Metric.SearchForwardPasses, new(found.Trials.Sum(t => t.Forwards) / samples, samples));
        yield return (Metric.SearchGradientPasses, new(found.Trials.Sum(t => t.Gradients) / samples, samples));
        foreach (var (label, trial) in _labels.Zip(found.Trials))
            yield return (Metric.Tried(label), Measurement.Rate(trial.Right, trial.Samples));
    }

    /// <inheritdoc/>
    public override Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct) =>
        [.. strengths.Select(s => At(s).Perturb(target, batch, [s], seed, ct)[0])];

    /// <inheritdoc/>
    public override EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        EvasionRun[] runs = [.. strengths.Select(s => At(s).Run(targets, batch, [s], seeds, ct))];
        return new([.. runs.Select(r => r.Images[0])], batch.Count)
        {
            Forwards = [.. runs.Select(r => r.Forwards[0])],
            Gradients = [.. runs.Select(r => r.Gradients[0])],
        };
    }

    EvasionAttack At(double strength) => _found.TryGetValue(strength, out var found) ? found.Attack : _first;
}
