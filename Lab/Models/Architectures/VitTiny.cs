using System.ComponentModel.DataAnnotations;
using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>A small vision transformer: patches, blocks of attention and two dense layers with GELU, each behind a layer norm and added,
/// and the class token's output.</summary>
/// <param name="patch">Side of a patch, in pixels; it divides the images. None takes a quarter of their height.</param>
/// <param name="width">Numbers of a token.</param>
/// <param name="blocks">Blocks of attention and dense layers.</param>
/// <param name="heads">Heads of the attention.</param>
/// <remarks>Dosovitskiy et al., "An image is worth 16x16 words", ICLR 2021.</remarks>
[Named("vit-tiny"), Cites("dosovitskiy2021image")]
public sealed class VitTiny(
    [Range(1, 1024)] int? patch = null, [Range(1, 4096)] int width = 32, [Range(1, 100)] int blocks = 2,
    [Range(1, 256)] int heads = 2) : LayeredModel
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) =>
        [new Patches(patch ?? Math.Max(1, input.Height / 4), width), .. Enumerable.Range(0, blocks).SelectMany(_ => Block()),
            new LayerNorm(), new FirstToken(), new Dense()];

    Layer[] Block() =>
    [
        new Residual([new LayerNorm(), new Attention(heads)]),
        new Residual([new LayerNorm(), new Dense(2 * width), new Gelu(), new Dense(width)]),
    ];
}
