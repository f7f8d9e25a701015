using Grid.Lab.Datasets;
using Grid.Lab.Models.Layers;

namespace Grid.Lab.Models.Architectures;

/// <summary>ResNet-20 for small images: three stages of three residual blocks with 16, 32 and 64 filters, batch norm, global average
/// pooling; 0.27 million parameters.</summary>
/// <remarks>He et al., "Deep residual learning", CVPR 2016, section 4.2, with a convolution of 1x1 in the shortcuts that change shape
/// (their option B).</remarks>
[Named("resnet20"), Cites("he2016deep")]
public sealed class ResNet20 : LayeredModel
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Layer> Layers(ImageShape input) =>
    [
        new Conv(16, padding: 1, bias: false), new BatchNorm(), new Relu(),
        .. Stage(16, 1), .. Stage(32, 2), .. Stage(64, 2),
        new GlobalAveragePool(), new Flatten(), new Dense(),
    ];

    static IEnumerable<Layer> Stage(int filters, int stride)
    {
        for (var block = 0; block < 3; block++)
        {
            var first = block == 0 ? stride : 1;
            yield return new Residual(
                [
                    new Conv(filters, stride: first, padding: 1, bias: false), new BatchNorm(), new Relu(),
                    new Conv(filters, padding: 1, bias: false), new BatchNorm(),
                ],
                first == 1 ? null : [new Conv(filters, kernel: 1, stride: first, bias: false), new BatchNorm()]);
            yield return new Relu();
        }
    }
}
