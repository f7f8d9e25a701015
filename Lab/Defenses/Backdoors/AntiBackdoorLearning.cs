using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>
/// Anti-backdoor learning. A network learns a backdoor faster than anything else, so after a few epochs whose loss is held at a floor the
/// samples of lowest loss are set aside. Then training lowers the loss of the others and raises the loss of those set aside.
/// </summary>
/// <param name="gamma">The floor: the loss of a batch whose mean is below it is raised, not lowered.</param>
/// <param name="early">Epochs before samples are set aside.</param>
/// <param name="isolated">Share of the training set that is set aside: the samples of lowest loss.</param>
/// <param name="ceiling">The loss, in nats, above which that of a sample set aside is not raised further. If it is left out, it is the loss
/// of a guess, the logarithm of the number of classes.</param>
/// <param name="unlearn">Whether the loss of the samples set aside is raised; otherwise they are only left out.</param>
/// <remarks>Li et al., "Anti-backdoor learning: training clean models on poisoned data", NeurIPS 2021, eq. 2 to 4. The floor is the
/// batch's, as in its code. The code climbs in a stage of its own, after training; where training loss is nearly 0 that takes the
/// accuracy with the backdoor, so here both go on at once, as the paper writes it. The ceiling is Grid's: a loss that is climbed
/// without end outgrows all others.</remarks>
[Named("abl"), Cites("li2021anti")]
public sealed class AntiBackdoorLearning(
    [Range(0, 100)] double gamma = 0.5,
    [Range(1, 100_000)] int early = 5,
    [Range(0, 1, MinimumIsExclusive = true, MaximumIsExclusive = true)] double isolated = 0.05,
    [Range(0, 1000, MinimumIsExclusive = true)] double? ceiling = null,
    bool unlearn = true) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => Math.Round(isolated * samples) >= 1 ? null
        : FormattableString.Invariant($"abl: a share of {isolated} of {samples} training samples is none: raise isolated.");

    /// <inheritdoc/>
    public override Network Train(TrainingRun run)
    {
        var network = run.Fresh(new Floor(gamma), early);
        var (aside, others) = Isolate(run, network);
        Finish(run, network, aside, others);
        return network;
    }

    /// <summary>The samples of lowest loss, and the others, both in their order.</summary>
    internal (Samples Aside, Samples Others) Isolate(TrainingRun run, Network network)
    {
        var losses = run.Ask(network, run.Train);
        int[] order = [.. Enumerable.Range(0, losses.Length).OrderBy(i => losses[i].Loss)];
        var count = Math.Min((int)Math.Round(isolated * order.Length), order.Length - 1);
        return (run.Train.Take([.. order[..count].Order()]), run.Train.Take([.. order[count..].Order()]));
    }

    /// <summary>Trains on the others, and unlearns what is set aside.</summary>
    internal void Finish(TrainingRun run, Network network, Samples aside, Samples others)
    {
        ITrainingLoss loss = unlearn
            ? new Unlearning(aside.Count, new Batches(aside, run.Data.Shape, run.Device), ceiling ?? Math.Log(run.Data.Classes))
            : new PlainLoss();
        run.Continue(network, others, run.Recipe.Epochs, loss, "abl training");
    }

    /// <summary>The loss of a batch, or where it is below the floor its negative.</summary>
    internal sealed class Floor(double gamma) : ITrainingLoss
    {
        public Variable Loss(TrainingStep step)
        {
            var loss = step.Loss(step.Batch.Images);
            return loss.Value.ToArray().Sum() < gamma ? step.Tape.Affine(loss, -1, 0) : loss;
        }
    }

    /// <summary>The mean loss of a batch less that of as many samples set aside, which take turns.</summary>
    sealed class Unlearning(int count, Batches aside, double ceiling) : ITrainingLoss
    {
        public Variable Loss(TrainingStep step)
        {
            var (tape, size) = (step.Tape, Math.Min(step.Batch.Count, count));
            var batch = aside.Take(Enumerable.Range(0, size).Select(i => (int)(((long)step.Number * size + i) % count)).ToArray());
            var up = tape.CrossEntropy(step.Logits(batch.Images), batch.Labels);
            var weights = Array.ConvertAll(up.Value.ToArray(), loss => loss < ceiling ? -1f / size : 0);
            up = tape.Multiply(up, Tape.Constant(tape.Device.Upload(weights, up.Shape)));
            return tape.Add(Sum(tape, step.Loss(step.Batch.Images)), Sum(tape, up));
        }

        static Variable Sum(Tape tape, Variable a) => tape.SumRows(tape.Reshape(a, [1, a.Shape.Count]));
    }
}
