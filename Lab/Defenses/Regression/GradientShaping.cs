using System.ComponentModel.DataAnnotations;
using Grid.Lab.Friends;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Results;

namespace Grid.Lab.Defenses.Regression;

/// <summary>
/// Clips the gradient of each training point, then adds noise to their sum (DP-SGD without its accounting: no privacy is claimed). For the
/// model linear.
/// </summary>
/// <param name="noiseStd">Standard deviation of the noise on each gradient sum, absolute, in units of the target; the measurement
/// noise_multiplier is its ratio to the clip threshold.</param>
/// <param name="clipThreshold">Largest Euclidean norm of the gradient of one point; .inf turns clipping off.</param>
/// <param name="phases">As for friends; attack alone is the published defense.</param>
/// <remarks>Hong et al., "On the effectiveness of mitigating data poisoning attacks with gradient shaping", 2020; Abadi et al., CCS 2016,
/// algorithm 1.</remarks>
[Named("gradient-shaping"), Cites("hong2020effectiveness", "abadi2016deep")]
public sealed class GradientShaping(
    [Role(ParameterRole.GridRow), Range(0, 1e9)] double noiseStd,
    [Role(ParameterRole.GridColumn), Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double clipThreshold,
    [DefaultWords("attack")] IReadOnlyList<Phase> phases) : RegressionDefense
{
    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, Measurement Value)> Measurements => [(Metric.NoiseMultiplier, new(noiseStd / clipThreshold))];

    /// <inheritdoc/>
    public override FriendsOutcome Protocol(RegressionTask task) =>
        task.Run(new(noiseStd, clipThreshold, phases, task.Model.LearningRate, task.Model.Epochs) { Clipping = Clipping.Example });
}
