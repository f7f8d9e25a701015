using Grid.Compute;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Poisoning;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;
using Grid.Sweeps.Results;

namespace Grid.Lab.Defenses;

/// <summary>What a defender does. Every hook is optional; a defense that overrides none is no defense.</summary>
public abstract class Defense : ITrainingLoss
{
    /// <summary>Whether the defense removes samples before training: whether <see cref="Keep"/> is overridden.</summary>
    public virtual bool ChangesData => false;

    /// <summary>Whether <see cref="Keep"/> asks for <see cref="FilterInput.Surrogate"/>, so that it can be trained beforehand, beside
    /// others.</summary>
    public virtual bool AsksSurrogate => false;

    /// <summary>Whether the trained network differs from an undefended one: whether <see cref="Loss"/> or <see cref="Train"/> is
    /// overridden.</summary>
    public virtual bool ChangesTraining => false;

    /// <summary>Whether <see cref="Loss"/> may be asked for several networks as one, each with a block of rows and a seed: whether it
    /// depends on those alone.</summary>
    public virtual bool TrainsTogether => !ChangesTraining;

    /// <summary>Whether the classifier differs from its network: whether <see cref="Wrap(Classifier)"/> is overridden.</summary>
    public virtual bool ChangesClassifier => false;

    /// <summary>Why the defense cannot be used on this data, with the remedy; null if it can. It is asked before any work, and only for
    /// classifications.</summary>
    /// <param name="data">The data set, with the training set as it is before all poisoning.</param>
    /// <param name="samples">How many of its training samples are trained on.</param>
    public virtual string? Objection(Dataset data, int samples) => null;

    /// <summary>Why the defense cannot be used with this model, with the remedy; null if it can.</summary>
    /// <param name="model">The architecture.</param>
    public virtual string? Objection(Model model) => null;

    /// <summary>Which samples of a training set that may be poisoned are trained on: their indices, ascending.</summary>
    /// <param name="suspect">The training set that may be poisoned, and what goes with it.</param>
    public virtual IReadOnlyList<int> Keep(FilterInput suspect) => [.. Enumerable.Range(0, suspect.Set.Samples.Count)];

    /// <summary>Trains the network: by the recipe and <see cref="Loss"/>, unless a defense goes about it otherwise; then
    /// <see cref="ChangesTraining"/> holds.</summary>
    /// <param name="run">What the network is trained with.</param>
    public virtual Network Train(TrainingRun run) => run.Fresh(this);

    /// <summary>The loss of a training step: a variable whose sum is minimised.</summary>
    /// <param name="step">The step of training.</param>
    public virtual Variable Loss(TrainingStep step) => step.Loss(step.Batch.Images);

    /// <summary>What training with this defense guarantees of privacy, as measurements; empty where it guarantees nothing.</summary>
    /// <param name="recipe">The recipe of training.</param>
    /// <param name="samples">The number of samples that are trained on.</param>
    public virtual IEnumerable<(string Name, Measurement Value)> Guarantee(TrainingRecipe recipe, int samples) => [];

    /// <summary>The classifier as it is deployed.</summary>
    /// <param name="network">The trained network.</param>
    public virtual Classifier Wrap(Classifier network) => network;

    /// <summary>The classifier as it is deployed, for a defense that draws.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="seed">The seed that its draws are keyed by.</param>
    public virtual Classifier Wrap(Classifier network, ulong seed) => Wrap(network);

    /// <summary>The single-step attack that training meets, and its strength; null where it meets none. Such a model must be measured
    /// against more steps as well.</summary>
    public virtual (EvasionAttack Attack, double Strength)? SingleStep => null;

    /// <summary>Whether the defense proves robustness: whether <see cref="Certify"/> is overridden.</summary>
    public virtual bool Certifies => false;

    /// <summary>The norm in which certified radii are measured.</summary>
    public virtual Norm CertifiedNorm => Norm.L2;

    /// <summary>What is proven of each sample of the batch; it depends on the sample and the seed alone.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="batch">The samples, with their labels.</param>
    /// <param name="seed">The seed of the cell.</param>
    /// <param name="report">Gets a line at a time about how the work goes.</param>
    /// <param name="ct">Ends the work early with an <see cref="OperationCanceledException"/>.</param>
    public virtual Certificate[] Certify(Classifier network, Batch batch, ulong seed, Action<string> report, CancellationToken ct) =>
        throw new NotSupportedException();
}

/// <summary>A training set that may be poisoned, as a filter sees it.</summary>
/// <param name="Data">The data set, which gives shape and classes. A filter must look neither at its training set, which is the clean one,
/// nor at its test set.</param>
/// <param name="Set">The samples to judge. Only the oracle filter may look at which of them are poisoned.</param>
/// <param name="Seed">The seed of the cell.</param>
/// <param name="Device">The device that computes.</param>
/// <param name="Surrogate">A network trained on the whole set, for filters that look at features; the caller disposes it.</param>
/// <param name="Cancellation">Ends the work early.</param>
public sealed record FilterInput(
    Dataset Data, Poisoned Set, ulong Seed, Device Device, Func<Network> Surrogate, CancellationToken Cancellation)
{
    /// <summary>Gets a line at a time about what is being done.</summary>
    public Action<string> Report { get; init; } = _ => { };
}

/// <summary>A proof that no perturbation within a radius changes the class of a sample.</summary>
/// <param name="Class">The class that is proven; -1 if nothing could be proven.</param>
/// <param name="Radius">The radius in the norm of the defense, in units of the pixels.</param>
public readonly record struct Certificate(int Class, double Radius)
{
    /// <summary>The certificate of a sample of which nothing could be proven.</summary>
    public static Certificate Abstention { get; } = new(-1, 0);
}

/// <summary>No defense.</summary>
[Named("none")]
public sealed class None : Defense;
