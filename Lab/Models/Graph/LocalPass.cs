using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>
/// The pass of images that differ from others, whose pass is known, in a rectangle of pixels: of the fused blocks that a network begins
/// with, only the outputs that see the rectangle are computed, and the layers behind them as always. Logits have the bits of the whole
/// pass.
/// </summary>
sealed class LocalPass
{
    readonly Device _device;
    readonly OperatorGraph _rest;
    readonly Variable[] _parameters;
    readonly (Tensor Weight, Tensor Bias)[] _blocks;

    LocalPass(Device device, OperatorGraph rest, Variable[] parameters, (Tensor, Tensor)[] blocks) =>
        (_device, _rest, _parameters, _blocks) = (device, rest, parameters, blocks);

    /// <summary>The local pass of a graph in evaluation; null where it begins with no fused block, or the device has no such
    /// block.</summary>
    public static LocalPass? Of(OperatorGraph graph, Device device, Variable[] parameters)
    {
        if (!device.ComputesWindows) return null;
        var (value, blocks) = (graph.Input, new List<(Tensor, Tensor)>());
        foreach (var node in graph.Nodes)
        {
            if (node.Operator != Operation.ConvReluPool || node.Inputs.Count != 3 || node.Inputs[0] != value || graph.Uses(value) != 1
                || Parameter(node.Inputs[1]) is not { } weight || Parameter(node.Inputs[2]) is not { } bias) break;
            blocks.Add((weight, bias));
            value = node.Outputs[0];
        }

        return blocks.Count == 0 ? null
            : new(device, graph with { Input = value, Nodes = [.. graph.Nodes.Skip(blocks.Count)] }, parameters, [.. blocks]);

        Tensor? Parameter(string name)
        {
            for (var i = 0; i < parameters.Length; i++)
                if (graph.Parameters[i].Name == name) return parameters[i].Value;
            return null;
        }
    }

    /// <summary>What each block gives for images, [n, ...].</summary>
    public Tensor[] Blocks(Tensor images)
    {
        var outputs = new Tensor[_blocks.Length];
        for (var i = 0; i < outputs.Length; i++)
            images = outputs[i] = _device.ConvReluPool(images, _blocks[i].Weight, _blocks[i].Bias).Output;
        return outputs;
    }

    /// <summary>Makes what blocks gave for images what they give for changed ones, in place.</summary>
    /// <param name="images">The images after the change.</param>
    /// <param name="changed">For each image the rectangle outside of which it has not changed.</param>
    /// <param name="blocks">What each block gave before.</param>
    /// <returns>For each block the rectangle of each image's output that was computed.</returns>
    public PixelWindow[][] Change(Tensor images, PixelWindow[] changed, IReadOnlyList<Tensor> blocks)
    {
        var reached = new PixelWindow[_blocks.Length][];
        for (var i = 0; i < reached.Length; i++)
        {
            reached[i] = changed = _device.ConvReluPoolInto(blocks[i], images, _blocks[i].Weight, _blocks[i].Bias, changed);
            images = blocks[i];
        }

        return reached;
    }

    /// <summary>The logits by what the last block gave, [n, classes].</summary>
    public Tensor Logits(Tensor last) => Execution.Run(_rest, new Tape(_device), Tape.Constant(last), _parameters).Value;
}
