using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Replaces each pixel by the median of a window around it before classification. The filter of size 2 applied twice is known as the dual
/// filter. An adaptive attacker goes through it by the gradient of the mean over the same window.
/// </summary>
/// <param name="size">Edge of the window in pixels.</param>
/// <param name="passes">How often it is applied.</param>
/// <remarks>Xu, Evans and Qi, "Feature squeezing", NDSS 2018; gradient of a step that resembles it: Athalye et al., ICML 2018
/// (BPDA).</remarks>
[Named("median-filter"), Cites("xu2018feature", "athalye2018obfuscated")]
public sealed class MedianFilter([Range(2, 64)] int size = 3, [Range(1, 100)] int passes = 1) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => SeparableFilters.Objection("median-filter", size, data.Shape);

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => new DifferentiableInput(network, (tape, images) =>
    {
        // The identity would be out of line by half a pixel for each pass of an even window.
        for (var pass = 0; pass < passes; pass++)
            images = tape.WithGradientOf(images, x => x.Device.MedianFilter(x, size), (inner, x) => inner.Correlate(x, SeparableFilters.Mean(size)));
        return images;
    });
}
