using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Models.Architectures;

/// <summary>Two blocks of 3x3 convolution, ReLU and 2x2 max pooling, then a dense layer of 128 ReLU units and the output.</summary>
public abstract class ConvNet(int first, int second) : Model
{
    const int Units = 128;

    public override IReadOnlyList<ParameterSpec> Parameters(ImageShape input, int classes)
    {
        if (input.Height < 4 || input.Width < 4)
            throw new LabException($"Images of {input.Height} x {input.Width} are too small for two poolings: 4 x 4 is the least.");
        var features = second * (input.Height / 4) * (input.Width / 4);
        return
        [
            .. Layers.Conv3x3("conv1", input.Channels, first), .. Layers.Conv3x3("conv2", first, second),
            .. Layers.Dense("fc1", features, Units), .. Layers.Dense("fc2", Units, classes),
        ];
    }

    public override Variable Features(Tape tape, Variable images, ReadOnlySpan<Variable> parameters)
    {
        var maps = tape.ConvReluPool(images, parameters[0], parameters[1]);
        maps = tape.ConvReluPool(maps, parameters[2], parameters[3]);
        return tape.LinearRelu(tape.Flatten(maps), parameters[4], parameters[5]);
    }
}
