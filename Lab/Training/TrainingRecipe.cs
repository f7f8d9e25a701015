using System.ComponentModel.DataAnnotations;
using Grid.Lab.Models;

namespace Grid.Lab.Training;

/// <summary>How a network is trained.</summary>
/// <param name="epochs">Passes over the training set.</param>
/// <param name="batch">Samples a step; 0 takes the whole set (batch gradient descent).</param>
/// <param name="optimizer">The rule that turns gradients into steps.</param>
/// <param name="schedule">How the learning rate changes over the steps.</param>
/// <param name="initialisation">How parameters start: he, glorot, or pytorch (uniform in +-1 / sqrt(fan-in)).</param>
/// <param name="weightDecay">Share of each parameter that is added to its gradient (L2), as PyTorch's optimizers do.</param>
/// <param name="augment">How each image is changed at random in each epoch: flip mirrors it left to right half of the time, crop moves it
/// by up to an eighth of its sides each way over zeros.</param>
/// <param name="samples">Training samples that are trained on, from the first; 0 takes all.</param>
[Named("training")]
public sealed class TrainingRecipe(
    [PerNetwork, DefaultEntry("adam")] Optimizer optimizer,
    [PerNetwork, DefaultEntry("constant")] Schedule schedule,
    [Range(0, 1_000_000)] int epochs = 3,
    [Range(0, 1_000_000)] int batch = 128,
    Initialisation initialisation = Initialisation.He,
    [Range(0, int.MaxValue)] int samples = 0,
    [Range(0, 1)] double weightDecay = 0,
    IReadOnlyList<Augmentation>? augment = null)
{
    /// <summary>The rule that turns gradients into steps.</summary>
    public Optimizer Optimizer => optimizer;

    /// <summary>How the learning rate changes over the steps.</summary>
    public Schedule Schedule => schedule;

    /// <summary>The number of passes over the training set.</summary>
    public int Epochs => epochs;

    /// <summary>How parameters start.</summary>
    public Initialisation Initialisation => initialisation;

    /// <summary>The share of each parameter that is added to its gradient.</summary>
    public double WeightDecay => weightDecay;

    /// <summary>How images are changed at random before each step; empty for not at all.</summary>
    public IReadOnlyList<Augmentation> Augment { get; } = augment ?? [];

    /// <summary>This recipe with another number of epochs.</summary>
    /// <param name="others">The number of epochs.</param>
    public TrainingRecipe For(int others) => new(optimizer, schedule, others, batch, initialisation, samples, weightDecay, augment);

    /// <summary>The same at a multiple of its learning rate, and in batches of another size.</summary>
    /// <param name="rate">What the learning rate is multiplied by.</param>
    /// <param name="samplesOfStep">None keeps the size.</param>
    internal TrainingRecipe At(double rate, int? samplesOfStep) => new(
        optimizer, new Scaled(schedule, rate), epochs, samplesOfStep ?? batch, initialisation, samples, weightDecay, augment);

    /// <summary>Cuts the training set before anything is done to it; the trainer takes all it is given.</summary>
    public int Samples => samples;

    /// <summary>The number of samples of a step.</summary>
    /// <param name="count">The number of samples that are trained on.</param>
    public int BatchOf(int count) => batch == 0 ? count : Math.Min(batch, count);

    /// <summary>The number of steps of an epoch.</summary>
    /// <param name="count">The number of samples that are trained on.</param>
    public int StepsOf(int count) => (count + BatchOf(count) - 1) / BatchOf(count);
}

/// <summary>A multiple of another schedule.</summary>
sealed class Scaled(Schedule schedule, double by) : Schedule
{
    public override double Factor(double progress) => by * schedule.Factor(progress);
}
