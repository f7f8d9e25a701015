using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Replaces each pixel by the mean of a window around it before classification. An adaptive attacker goes through it by its exact gradient.
/// </summary>
/// <param name="size">Edge of the window in pixels, at most that of the image.</param>
/// <remarks>As scipy.ndimage.uniform_filter.</remarks>
[Named("mean-filter")]
public sealed class MeanFilter([Range(2, 64)] int size = 3) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => SeparableFilters.Objection("mean-filter", size, data.Shape);

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) =>
        new DifferentiableInput(network, (tape, images) => tape.Correlate(images, SeparableFilters.Mean(size)));
}
