using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Replaces each pixel by the smallest of a window around it before classification. An adaptive attacker goes through it by its exact
/// subgradient, which goes to the pixel that was chosen.
/// </summary>
/// <param name="size">Edge of the window in pixels, at most that of the image.</param>
/// <remarks>As scipy.ndimage.minimum_filter.</remarks>
[Named("min-filter")]
public sealed class MinFilter([Range(2, 64)] int size = 3) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => SeparableFilters.Objection("min-filter", size, data.Shape);

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) =>
        new DifferentiableInput(network, (tape, images) => tape.Fold(images, size, tape.Minimum));
}
