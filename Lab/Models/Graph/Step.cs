using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>One node as it runs: it reads the node's inputs, by their place.</summary>
/// <param name="most">The most values that it may make, unless an input has more: <see cref="Most"/>.</param>
sealed class Step(Tape tape, Node node, int opset, Value?[] inputs, TrainingPass? training, bool replicated, long most)
{
    /// <summary>The most values that a node may make of constants, or of a small image.</summary>
    public const long MostOfSmall = 1 << 23;

    // Of one image, whatever its size.
    const long MostOfImage = 1 << 26;

    /// <summary>The most values that a node may make of images. Classifiers make 21 times as many as an image has (VGG-16 of 3 x 224 x
    /// 224), or 16 times (EfficientNet-B7 of 3 x 600 x 600); of a small image, which is often enlarged first, 3.2 million. A damaged
    /// number asks for more.</summary>
    public static long Most(Shape images)
    {
        var count = Math.Max(1, images.Rank == 5 ? images[0] * images[1] : images.Rows);
        return count * Math.Clamp(64L * (images.Count / count), MostOfSmall, MostOfImage);
    }

    public Tape Tape => tape;

    public Device Device => tape.Device;

    public Node Node => node;

    public int Opset => opset;

    /// <summary>The pass of training; null in evaluation.</summary>
    public TrainingPass? Training => training;

    public bool Replicated => replicated;

    public int Count => inputs.Length;

    public bool Has(int input) => input < inputs.Length && inputs[input] is not null;

    public Value In(int input) => Has(input) ? inputs[input]! : throw Wrong($"lacks its input {input}");

    /// <summary>An input on the device.</summary>
    public Variable X(int input = 0) => In(input) is var value && value.Device is { } variable
        ? variable
        : Tape.Constant(tape.Device.Upload(value.Host!.Floats(), value.Shape));

    /// <summary>Whether all inputs that are given are known on the host.</summary>
    public bool OnHost => inputs.All(i => i is null || i.Host is not null);

    public Numbers Host(int input) =>
        In(input).Host ?? throw Wrong($"takes its input {input} from the images, where only a constant or a shape can stand");

    /// <summary>Whole numbers from an input or, in older files, from an attribute; null where neither is given.</summary>
    public int[]? Ints(int input, string attribute) => Has(input) ? Host(input).Ints() : node.Ints(attribute);

    /// <summary>The number of an axis that may be counted from the end.</summary>
    public int Axis(long axis, int rank) =>
        axis >= -rank && axis < rank ? (int)(axis < 0 ? axis + rank : axis) : throw Wrong($"names axis {axis} of {rank}");

    /// <summary>Refuses a result of this shape before memory is taken for it, if it has far more values than a classifier makes of an
    /// image.</summary>
    public void Bound(params ReadOnlySpan<long> lengths)
    {
        // Weights are as large as they are.
        var bound = inputs.Aggregate(most, (largest, input) => Math.Max(largest, input?.Shape.Count ?? 0));
        var count = 1L;
        foreach (var length in lengths)
        {
            if (length < 0 || (count = Math.Min(count, bound + 1) * Math.Min(length, bound + 1)) > bound)
                throw Wrong($"would make [{string.Join(", ", lengths.ToArray())}] values, where {bound} are the most: the file is damaged");
        }
    }

    /// <inheritdoc cref="Bound(ReadOnlySpan{long})"/>
    public void Bound(Shape shape) => Bound(Array.ConvertAll(shape.ToArray(), length => (long)length));

    /// <summary>The shape that values have in common, within the bound.</summary>
    public Shape Common(params ReadOnlySpan<Shape> shapes)
    {
        var common = shapes[0];
        foreach (var shape in shapes[1..])
        {
            Bound([.. Enumerable.Range(1, Math.Max(common.Rank, shape.Rank))
                .Select(i => Math.Max(i <= common.Rank ? (long)common[^i] : 1, i <= shape.Rank ? shape[^i] : 1)).Reverse()]);
            common = Shape.Broadcast(common, shape) ?? throw Wrong($"combines {common} with {shape}");
        }

        return common;
    }

    public LabException Wrong(string what) => new($"{node} {what}.");
}
