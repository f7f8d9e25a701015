using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>The local pass of a graph that begins with fused blocks.</summary>
sealed class BlockPass : LocalPass
{
    readonly Device _device;
    readonly OperatorGraph _rest;
    readonly Variable[] _parameters;
    readonly (Tensor Weight, Tensor Bias)[] _blocks;

    BlockPass(Device device, OperatorGraph rest, Variable[] parameters, (Tensor, Tensor)[] blocks) =>
        (_device, _rest, _parameters, _blocks) = (device, rest, parameters, blocks);

    /// <summary>The local pass of a graph in evaluation; null where it begins with no fused block, or the device has no such
    /// block.</summary>
    public static BlockPass? Of(OperatorGraph graph, Device device, Variable[] parameters)
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

    /// <inheritdoc/>
    public override Tensor[] Blocks(Tensor images)
    {
        var outputs = new Tensor[_blocks.Length];
        for (var i = 0; i < outputs.Length; i++)
            images = outputs[i] = _device.ConvReluPool(images, _blocks[i].Weight, _blocks[i].Bias).Output;
        return outputs;
    }

    /// <inheritdoc/>
    public override PixelWindow[][] Change(Tensor images, PixelWindow[] changed, IReadOnlyList<Tensor> blocks)
    {
        var reached = new PixelWindow[_blocks.Length][];
        for (var i = 0; i < reached.Length; i++)
        {
            reached[i] = changed = _device.ConvReluPoolInto(blocks[i], images, _blocks[i].Weight, _blocks[i].Bias, changed);
            images = blocks[i];
        }

        return reached;
    }

    /// <inheritdoc/>
    public override Tensor Logits(Tensor last) => Execution.Run(_rest, new Tape(_device), Tape.Constant(last), _parameters).Value;
}
