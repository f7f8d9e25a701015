using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>
/// Prunes the channels of the last convolution that clean images use least, and trains what is left on a few clean images: a trigger wakes
/// channels that nothing else does. Without a convolution the units of the last hidden layer are pruned.
/// </summary>
/// <param name="clean">Clean samples that the defender holds, as a share of the training set: from those that training leaves
/// aside.</param>
/// <param name="drop">Channels are pruned one after the other until accuracy on the clean samples falls by more than this share of
/// itself.</param>
/// <param name="epochs">Passes of fine-tuning over the clean samples; 0 prunes only.</param>
/// <param name="rate">Learning rate of fine-tuning, as a multiple of the recipe's.</param>
/// <param name="batch">Samples a step of fine-tuning; none takes the recipe's.</param>
/// <remarks>Liu, Dolan-Gavitt and Garg, "Fine-pruning", RAID 2018.</remarks>
[Named("fine-pruning"), Cites("liu2018fine")]
public sealed class FinePruning(
    [Range(0, 1, MinimumIsExclusive = true)] double clean = 0.05,
    [Range(0, 1)] double drop = 0.1,
    [Range(0, 100_000)] int epochs = 20,
    [Range(0, 1e6, MinimumIsExclusive = true)] double rate = 1,
    [Range(1, 1_000_000)] int? batch = null) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesTraining => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => CleanShare.Objection("fine-pruning", clean, data, samples);

    /// <inheritdoc/>
    public override Network Train(TrainingRun run)
    {
        var known = CleanShare.Of(run.Reserve, clean, run.Train.Count);
        var network = run.Fresh(new PlainLoss());
        var pruned = new PrunedLayer(network);
        var least = (1 - drop) * run.Accuracy(network, known);
        // The busiest channel stays, or nothing of the image would pass.
        foreach (var channel in pruned.Idlest(known, run).SkipLast(1))
        {
            pruned.Prune(channel);
            if (run.Accuracy(network, known) >= least) continue;
            pruned.Restore(channel);
            break;
        }

        var tuning = run with { Recipe = run.Recipe.At(rate, batch) };
        if (epochs > 0) tuning.Continue(network, known, epochs, pruned, "fine-tuning");
        return network;
    }
}
