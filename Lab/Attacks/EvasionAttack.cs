using Grid.Compute;
using Grid.Lab.Attacks.Losses;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>Perturbs inputs of a trained classifier.</summary>
public abstract class EvasionAttack : Attack
{
    /// <summary>The loss whose gradient the attack follows. A classifier without such a gradient defeats it.</summary>
    public virtual Objective Objective => Objective.CrossEntropy;

    /// <summary>How the attack differentiates its loss where single precision ends.</summary>
    public virtual LossRounding LossRounding => LossRounding.Exact;

    /// <summary>
    /// Adversarial images for each strength, in the order given: [n, c, h, w] in [0, 1]. Each row depends on its sample, its strength and
    /// the seed alone, not on the batch or the other strengths; strength 0 gives the images themselves.
    /// </summary>
    /// <param name="target">The classifier under attack.</param>
    /// <param name="batch">The samples, with their labels.</param>
    /// <param name="strengths">The strengths, each in the unit of the attack; 0 changes nothing.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public abstract Tensor[] Perturb(Classifier target, Batch batch, IReadOnlyList<double> strengths, ulong seed, CancellationToken ct);

    /// <summary>Whether the attack can be made on several networks as one: whether <see cref="PerturbTogether"/> is overridden.</summary>
    public virtual bool Together => false;

    /// <summary>Adversarial images for networks that answer as one (<see cref="Replicas"/>): the batch has an equal block of rows for each
    /// network, and each network a seed. Every row is what <see cref="Perturb"/> would make of it against its network alone.</summary>
    /// <param name="targets">The classifiers under attack, as one.</param>
    /// <param name="batch">The samples, with their labels.</param>
    /// <param name="strengths">The strengths, each in the unit of the attack; 0 changes nothing.</param>
    /// <param name="seeds">The seed of each network.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public virtual Tensor[] PerturbTogether(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct) =>
        throw new NotSupportedException();

    /// <summary>Adversarial images for networks that answer as one, at a strength of its own for each network: every row is what
    /// <see cref="PerturbTogether"/> would make of it at the strength of its network.</summary>
    /// <param name="strengths">The strength for each network.</param>
    internal virtual Tensor PerturbEach(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        double[] distinct = [.. strengths.Distinct()];
        var (made, own) = (PerturbTogether(targets, batch, distinct, seeds, ct), batch.Count / seeds.Count);
        return distinct.Skip(1).Zip(made.Skip(1)).Aggregate(made[0], (images, next) =>
        {
            float[] rows = [.. Enumerable.Range(0, batch.Count).Select(row => strengths[row / own] == next.First ? 1f : 0)];
            return targets.Device.Where(targets.Device.Upload(rows, [rows.Length]), next.Second, images);
        });
    }

    /// <summary>The images of <see cref="Perturb"/> where there is one seed, and of <see cref="PerturbTogether"/> where there are several,
    /// with what they took.</summary>
    /// <param name="targets">The classifiers under attack, as one.</param>
    /// <param name="batch">The samples, with their labels.</param>
    /// <param name="strengths">The strengths, each in the unit of the attack; 0 changes nothing.</param>
    /// <param name="seeds">The seed of each network.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public virtual EvasionRun Run(
        Classifier targets, Batch batch, IReadOnlyList<double> strengths, IReadOnlyList<ulong> seeds, CancellationToken ct)
    {
        var meter = new Meter(targets);
        var images = new Tensor[strengths.Count];
        var run = new EvasionRun(images, batch.Count);
        // Strength by strength, for what one takes beside others is not what it takes alone.
        for (var k = 0; k < images.Length; k++)
        {
            var (forwards, gradients) = (meter.Forwards, meter.Gradients);
            images[k] = Sound(batch.Images, seeds.Count == 1
                ? Perturb(meter, batch, [strengths[k]], seeds[0], ct)
                : PerturbTogether(meter, batch, [strengths[k]], seeds, ct));
            Array.Fill(run.Forwards[k], (float)(meter.Forwards - forwards) / batch.Count);
            Array.Fill(run.Gradients[k], (float)(meter.Gradients - gradients) / batch.Count);
        }

        return run;
    }

    /// <summary>What an attack made at one strength, if it is that.</summary>
    /// <exception cref="LabException">It is not: an attack of a plugin errs.</exception>
    Tensor Sound(Tensor images, Tensor[]? made)
    {
        if (made is not [{ } only])
            throw new LabException($"{GetType().Name} gave {made?.Count(m => m is not null) ?? 0} tensors of images for one strength.");
        return only.Shape.Equals(images.Shape)
            ? only : throw new LabException($"{GetType().Name} made images of the shape {only.Shape} out of {images.Shape}.");
    }
}
