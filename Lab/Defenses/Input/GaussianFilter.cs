using System.ComponentModel.DataAnnotations;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>Blurs images by a Gaussian before classification. An adaptive attacker goes through it by its exact gradient.</summary>
/// <param name="sigma">Standard deviation in pixels; the kernel ends at four of them.</param>
/// <remarks>As scipy.ndimage.gaussian_filter.</remarks>
[Named("gaussian-filter")]
public sealed class GaussianFilter([Range(0, 1000, MinimumIsExclusive = true)] double sigma = 1) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network)
    {
        var radius = (int)(4 * sigma + 0.5);
        var weights = Enumerable.Range(-radius, 2 * radius + 1).Select(x => Math.Exp(-0.5 * x * x / (sigma * sigma))).ToArray();
        var sum = weights.Sum();
        var kernel = Array.ConvertAll(weights, w => w / sum);
        return new DifferentiableInput(network, (tape, images) => tape.Correlate(images, kernel));
    }
}
