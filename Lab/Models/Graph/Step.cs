using Grid.Compute;

namespace Grid.Lab.Models.Graph;

/// <summary>One node as it runs: it reads the node's inputs, by their place.</summary>
sealed class Step(Tape tape, Node node, int opset, Value?[] inputs, TrainingPass? training, bool replicated)
{
    // A thousand channels of 256 x 256: more than a classifier of images has. A damaged number asks for more.
    const long MostElements = 1 << 26;

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

    /// <summary>Refuses a result before memory is taken for it, if a constant of the file blows it up beyond all reason.</summary>
    public void Bound(params ReadOnlySpan<long> lengths)
    {
        var count = 1L;
        foreach (var length in lengths)
        {
            if (length < 0 || (count = Math.Min(count, MostElements + 1) * Math.Min(length, MostElements + 1)) > MostElements)
                throw Wrong($"would make [{string.Join(", ", lengths.ToArray())}] elements: the file is damaged");
        }
    }

    public LabException Wrong(string what) => new($"{node} {what}.");
}
