namespace Grid.Torch.Kernels;

/// <summary>The three kernels of one fused block: its output, and its gradients by the input and by weight and bias.</summary>
sealed class BlockKernels
{
    // More copies of the weights cost less than idle multiprocessors.
    const int MostRounds = 16;

    const double Staging = 0.15;

    readonly (int C, int O, int H, int W) _shape;
    readonly (Kernel Kernel, int Images) _forward;
    readonly (Kernel Kernel, int Images) _backward;
    readonly WeightTile _weightTile;
    readonly Kernel _weights;
    readonly Kernel _addSlabs;
    readonly KernelArguments _arguments = new();

    /// <summary>The kernels for a block of these sizes; null where there is no tile for it.</summary>
    /// <param name="terms">See <see cref="BlockTile"/>.</param>
    public static BlockKernels? For(KernelLibrary library, int c, int o, int height, int width, int terms)
    {
        BlockShape forward = new(false, c, o, height, width), backward = new(true, o, c, height, width);
        var memory = library.Driver.SharedMemory;
        return BlockTile.For(forward, terms, memory) is { } f && BlockTile.For(backward, terms, memory) is { } b
            && WeightTile.For(c, o, height, width, memory, terms) is { } w
            ? new(library, (c, o, height, width), (forward, f), (backward, b), w)
            : null;
    }

    BlockKernels(
        KernelLibrary library, (int C, int O, int H, int W) shape, (BlockShape Shape, BlockTile Tile) forward,
        (BlockShape Shape, BlockTile Tile) backward, WeightTile weights)
    {
        (_shape, _weightTile) = (shape, weights);
        var (c, o, h, w) = shape;
        library.Prepare(
        [
            (forward.Tile.File, forward.Tile.Sizes(forward.Shape)), (backward.Tile.File, backward.Tile.Sizes(backward.Shape)),
            (weights.File, weights.Sizes(c, o, h, w)), ("rows.cu", []),
        ]);
        _forward = (forward.Tile.Build(library, forward.Shape), forward.Tile.Images);
        _backward = (backward.Tile.Build(library, backward.Shape), backward.Tile.Images);
        _weights = weights.Build(library, c, o, h, w);
        _addSlabs = library.Build("rows.cu", "add_slabs", 256);
    }

    /// <summary>Computes the output of the block.</summary>
    /// <param name="y">The output, [r, n, o, h/2, w/2], which is written.</param>
    /// <param name="winners">The winners, bytes of the shape of the output, which are written.</param>
    public void Forward(nint x, nint weight, nint bias, nint y, nint winners, int replicas, int images) =>
        Launch(_forward, replicas, images, _arguments.Clear().Add(x).Add(weight).Add(bias).Add(y).Add(winners).Add(images));

    /// <summary>Computes the gradient by the input.</summary>
    /// <param name="result">The gradient by the input, [r, n, c, h, w], which is written.</param>
    public void InputGradient(nint gradient, nint winners, nint weight, nint result, int replicas, int images) =>
        Launch(_backward, replicas, images, _arguments.Clear().Add(gradient).Add(weight).Add((nint)0).Add(result).Add(winners).Add(images));

    /// <summary>Computes the gradients by weight and bias.</summary>
    /// <param name="ofWeight">The gradient by the weight, [r, o, c, 3, 3], which is written.</param>
    /// <param name="ofBias">The gradient by the bias, [r, o], which is written.</param>
    public void WeightGradient(
        nint gradient, nint winners, nint x, nint ofWeight, nint ofBias, int replicas, int images, Func<int, nint> workspace)
    {
        var (slab, own) = (_weightTile.Slab(images), _shape.O * _shape.C * 9);
        var slabs = (images + slab - 1) / slab;
        var at = workspace(checked(replicas * slabs * (own + _shape.O)));
        _weights.Launch(slabs, replicas, _arguments.Clear().Add(gradient).Add(winners).Add(x).Add(at).Add(images).Add(slab));
        _addSlabs.Launch((own + _shape.O + 255) / 256, replicas,
            _arguments.Clear().Add(at).Add(ofWeight).Add(ofBias).Add(slabs).Add(own).Add(_shape.O));
    }

    /// <summary>Launches a kernel. Each of its blocks works through several groups of images with its weights staged once: as many as leave
    /// the last wave full.</summary>
    public static void Launch((Kernel Kernel, int Images) of, int replicas, int images, KernelArguments arguments)
    {
        var groups = (images + of.Images - 1) / of.Images;
        var (best, rounds) = (double.MaxValue, 1);
        for (var z = 1; z <= Math.Min(groups, MostRounds); z++)
        {
            var waves = ((long)((groups + z - 1) / z) * replicas + of.Kernel.Resident - 1) / of.Kernel.Resident;
            if (waves * (z + Staging) is var cost && cost < best) (best, rounds) = (cost, z);
        }

        of.Kernel.Launch((groups + rounds - 1) / rounds, replicas, arguments);
    }
}
