using System.ComponentModel.DataAnnotations;
using Grid.Lab.Friends;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Regression;

/// <summary>
/// Noise on the summed gradient, then one clip of it, in training; then Laplace noise on the parameters and recovery on clean data. For the
/// model linear.
/// </summary>
/// <param name="noiseStd">Standard deviation of the noise on each gradient sum and scale of the noise on the parameters, in units of the
/// target.</param>
/// <param name="clipThreshold">Largest Euclidean norm of the noisy gradient; .inf turns clipping off.</param>
/// <param name="phases">Which of attack (train on the poisoned points), perturb (noise on the parameters), recover (train on the clean
/// points) happen, in this order.</param>
/// <remarks>The FRIENDS linear-regression experiment.</remarks>
[Named("friends")]
public sealed class FriendsDefense(
    [Role(ParameterRole.GridRow), Range(0, 1e9)] double noiseStd,
    [Role(ParameterRole.GridColumn), Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double clipThreshold,
    [DefaultWords("attack", "perturb", "recover")] IReadOnlyList<Phase> phases) : RegressionDefense
{
    /// <inheritdoc/>
    public override FriendsOutcome Protocol(RegressionTask task) =>
        task.Run(new(noiseStd, clipThreshold, phases, task.Model.LearningRate, task.Model.Epochs));
}
