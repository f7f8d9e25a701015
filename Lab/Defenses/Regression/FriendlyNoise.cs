using System.ComponentModel.DataAnnotations;
using Grid.Lab.Friends;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Defenses.Regression;

/// <summary>Moves each training point anew in every epoch, by two noises. Friendly noise leaves the model's predictions as they are: it is
/// noise in a box, less its part along the weights. Random noise moves the size. It is for the model linear. With one feature, friendly
/// noise can only move the size together with the constant feature that carries the intercept; that changes no error and averages out of
/// the gradient, so expect the random noise to do all that is done.</summary>
/// <param name="friendly">Half the width of the box of friendly noise, in units of the feature; 0 leaves only the random noise, all that
/// one feature allows.</param>
/// <param name="random">Half the width of the uniform noise on the size, in units of the feature. It biases the slope towards 0 as random^2
/// / 3 added to the variance of the size.</param>
/// <param name="noiseStd">Standard deviation of noise on each gradient sum besides, as for gradient-shaping; not part of the published
/// defense.</param>
/// <param name="clipThreshold">Largest norm of the gradient of one point, as for gradient-shaping; .inf, the published defense, does not
/// clip.</param>
/// <param name="phases">As for friends; attack alone is the published defense.</param>
/// <remarks>Liu, Yang and Mirzasoleiman, "Friendly noise against adversarial noise", NeurIPS 2022, section 4, for a linear model.</remarks>
[Named("friendly-noise"), Cites("liu2022friendly")]
public sealed class FriendlyNoise(
    [DefaultWords("attack")] IReadOnlyList<Phase> phases,
    [Range(0, 1e6)] double friendly = 0.1,
    [Range(0, 1e6)] double random = 0.1,
    [Role(ParameterRole.GridRow), Range(0, 1e9)] double noiseStd = 0,
    [Role(ParameterRole.GridColumn),
        Range(0, double.PositiveInfinity, MinimumIsExclusive = true)] double clipThreshold = double.PositiveInfinity) : RegressionDefense
{
    /// <inheritdoc/>
    public override FriendsOutcome Protocol(RegressionTask task) =>
        task.Run(new(noiseStd, clipThreshold, phases, task.Model.LearningRate, task.Model.Epochs)
        {
            Clipping = Clipping.Example,
            FriendlyNoise = friendly,
            RandomNoise = random,
        });
}
