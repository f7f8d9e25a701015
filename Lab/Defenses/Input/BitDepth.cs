using System.ComponentModel.DataAnnotations;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Rounds pixels to as many evenly spaced values as some bits can tell apart before classification. An adaptive attacker goes through it by
/// the mean of the gradients behind it and before it.
/// </summary>
/// <param name="bits">Bits a pixel keeps: 1 leaves black and white, 8 changes nothing in a picture of 8 bits.</param>
/// <remarks>Xu, Evans and Qi, "Feature squeezing", NDSS 2018; gradient: after Athalye et al., ICML 2018 (BPDA).</remarks>
[Named("bit-depth"), Cites("xu2018feature", "athalye2018obfuscated")]
public sealed class BitDepth([Range(1, 16)] int bits = 4) : Defense
{
    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network)
    {
        var levels = (1 << bits) - 1;
        return new StraightThroughInput(network, images => images.Device.Affine(Rounding.Round(images.Device.Affine(images, levels, 0)), 1f / levels, 0));
    }
}
