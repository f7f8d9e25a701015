using System.Buffers.Binary;
using Google.Protobuf;
using Grid.Compute.Tests;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Onnx.Format;
using Grid.Lab.Tests.Models.Onnx.Runtime;

namespace Grid.Lab.Tests.Models.Onnx;

/// <summary>Files that are damaged, or that nobody wrote: read, or refused in one line, and never a fault of another kind.</summary>
public sealed class DamagedOnnxTests : IDisposable
{
    static readonly string[] Files = ["digits-depthwise.onnx", "mnist-vit-tiny.onnx", "fashion-resnet.onnx"];

    // What a number in a damaged file can make of the largest tensor that is let through, of two images and a few times over.
    const long MostBytes = 1L << 29;

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_with_bytes_changed_lost_or_added_is_read_or_refused()
    {
        var refused = 0;
        for (var seed = 0; seed < 150; seed++)
        {
            var dice = new Dice(seed);
            var bytes = File.ReadAllBytes(Exported.PathOf(dice.Of(Files))).ToList();
            for (var edits = dice.Int(1, 4); edits > 0; edits--)
            {
                // Most of a file are weights; its beginning and its end tell what they are for.
                var at = dice.Coin() ? dice.Int(0, Math.Min(2000, bytes.Count - 1)) : dice.Int(0, bytes.Count - 1);
                var count = Math.Min(dice.Int(1, 40), bytes.Count - at);
                switch (dice.Int(0, 3))
                {
                    case 0: bytes[at] = (byte)dice.Int(0, 255); break;
                    case 1: bytes.RemoveRange(at, count); break;
                    case 2: bytes.InsertRange(at, bytes.GetRange(dice.Int(0, bytes.Count - count), count)); break;
                    default: bytes.RemoveRange(at, bytes.Count - at); break;
                }

                if (bytes.Count == 0) bytes.Add(0);
            }

            refused += Refused([.. bytes], seed);
        }

        Assert.InRange(refused, 50, 149);
    }

    [Fact]
    public void A_whole_file_with_another_graph_than_anybody_wrote_is_read_or_refused()
    {
        var refused = 0;
        for (var seed = 0; seed < 300; seed++)
        {
            var dice = new Dice(seed);
            var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Exported.PathOf(dice.Of(Files))));
            for (var edits = dice.Int(1, 3); edits > 0; edits--) Edit(model, dice);
            refused += Refused(model.ToByteArray(), seed);
        }

        Assert.InRange(refused, 100, 299);
    }

    /// <summary>Each makes 20 million values or more of an image of 28 x 28; the largest exported network makes some 50,000.</summary>
    [Theory]
    [InlineData("Pad"), InlineData("Tile"), InlineData("Expand"), InlineData("Concat"), InlineData("Add"), InlineData("Where"),
     InlineData("MatMul"), InlineData("Conv"), InlineData("ConvTranspose"), InlineData("MaxPool"), InlineData("Resize"),
     InlineData("Gather")]
    public void A_node_that_makes_far_more_of_an_image_than_classifiers_do_is_refused_by_name_before_memory_is_taken(string name)
    {
        var draft = new OnnxDraft(17);
        var x = draft.Images(1, 1, 28, 28);
        var pixels = draft.Add("Reshape", [x, draft.Vector(0, 784, 1)]);
        var output = name switch
        {
            "Pad" => draft.Add(name, [x, draft.Vector(0, 0, 0, 0, 0, 0, 0, 1_000_000)]),
            "Tile" => draft.Add(name, [x, draft.Vector(1, 200, 20, 10)]),
            "Expand" => draft.Add(name, [x, draft.Vector(1, 30_000, 28, 28)]),
            "Concat" => draft.Add(name, [.. Enumerable.Repeat(x, 30_000)], ("axis", 1)),
            "Add" => draft.Add(name, [pixels, draft.Floats(new float[30_000], 30_000)]),
            "Where" => draft.Add(name, [draft.Whole(9, new long[30_000], 30_000), pixels, pixels]),
            "MatMul" => draft.Add(name, [pixels, draft.Floats(new float[30_000], 1, 30_000)]),
            "Conv" => draft.Add(name, [x, draft.Floats(new float[30_000], 30_000, 1, 1, 1)]),
            "ConvTranspose" => draft.Add(name, [x, draft.Floats(new float[4], 1, 1, 2, 2)], ("strides", (int[])[200, 200])),
            "MaxPool" => draft.Add(name, [x], ("kernel_shape", (int[])[3000, 3000]), ("strides", (int[])[1, 1]),
                ("pads", (int[])[5000, 5000, 5000, 5000])),
            "Resize" => draft.Add(name, [x, draft.Floats([], 0), draft.Floats([1, 1, 200, 200], 4)]),
            _ => draft.Add(name, [x, draft.Vector(new int[30_000])], ("axis", 1)),
        };
        var path = _folder.Write("grown.onnx", draft.Bytes(draft.Add("Flatten", [output])));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var refusal = Assert.Throws<LabException>(() => new OnnxModel(path).Parameters(new(1, 28, 28), 10));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 26);
        Assert.Contains($"{name} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(" values, where 16777216 are the most", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_small_image_that_is_enlarged_to_224_x_224_and_given_64_channels_is_read()
    {
        var draft = new OnnxDraft(17);
        var x = draft.Add("Resize", [draft.Images(1, 1, 28, 28), draft.Floats([], 0), draft.Floats([1, 1, 8, 8], 4)]);
        var wide = draft.Add("Conv", [x, draft.Floats(new float[64], 64, 1, 1, 1)]);
        var path = _folder.Write("vgg.onnx",
            draft.Bytes(draft.Add("Slice", [draft.Add("Flatten", [wide]), draft.Vector(0), draft.Vector(10), draft.Vector(1)])));
        Assert.Contains(new OnnxModel(path).Parameters(new(1, 28, 28), 10), p => p.Shape.Count == 64);
    }

    static void Edit(ModelProto model, Dice dice)
    {
        var graph = model.Graph;
        if (graph.Node.Count == 0) return;
        var (node, other) = (graph.Node[dice.Int(0, graph.Node.Count - 1)], graph.Node[dice.Int(0, graph.Node.Count - 1)]);
        var tensor = graph.Initializer.Count == 0 ? null : graph.Initializer[dice.Int(0, graph.Initializer.Count - 1)];
        switch (dice.Int(0, 12))
        {
            case 11 or 12: ChangeConstant(graph, dice); break;
            case 0: graph.Node.Remove(node); break;
            case 1: node.OpType = other.OpType; break;
            case 2 when node.Input.Count > 0:
                node.Input[dice.Int(0, node.Input.Count - 1)] = dice.Of("", "nothing", other.Output[0], graph.Input[0].Name);
                break;
            case 3 when node.Input.Count > 0: node.Input.RemoveAt(dice.Int(0, node.Input.Count - 1)); break;
            case 4 when node.Attribute.Count > 0: node.Attribute.RemoveAt(dice.Int(0, node.Attribute.Count - 1)); break;
            case 5 or 6 when node.Attribute.Count > 0: Change(node.Attribute[dice.Int(0, node.Attribute.Count - 1)], dice); break;
            case 7 when tensor is { Dims.Count: > 0 }: tensor.Dims[dice.Int(0, tensor.Dims.Count - 1)] = Number(dice); break;
            case 8 when tensor is not null: tensor.DataType = dice.Int(0, 18); break;
            case 9: model.OpsetImport[0].Version = dice.Int(9, 23); break;
            case 10 when tensor is not null: graph.Initializer.Remove(tensor); break;
            default: graph.Output[0].Name = other.Output[0]; break;
        }
    }

    static void Change(AttributeProto attribute, Dice dice)
    {
        if (dice.Int(0, 4) == 0) attribute.Type = dice.Int(0, 8);
        attribute.I = Number(dice);
        attribute.F = dice.Of(float.NaN, float.PositiveInfinity, -1, 0, 1e30f);
        if (attribute.Ints.Count > 0) attribute.Ints[dice.Int(0, attribute.Ints.Count - 1)] = Number(dice);
        if (attribute.Ints.Count > 1 && dice.Coin()) attribute.Ints.RemoveAt(0);
        if (attribute.T is { } tensor && dice.Coin()) tensor.DataType = dice.Int(0, 18);
    }

    /// <summary>Changes one of the whole numbers that stand in constants: shapes, paddings, sizes.</summary>
    static void ChangeConstant(GraphProto graph, Dice dice)
    {
        var all = graph.Node.Where(n => n.OpType == "Constant").SelectMany(n => n.Attribute).Select(a => a.T)
            .Concat(graph.Initializer).Where(t => t is { DataType: 7, RawData.Length: >= 8 }).ToList();
        if (all.Count == 0) return;
        var tensor = dice.Of(all.ToArray());
        var bytes = tensor.RawData.ToByteArray();
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8 * dice.Int(0, bytes.Length / 8 - 1)), Number(dice));
        tensor.RawData = ByteString.CopyFrom(bytes);
    }

    static long Number(Dice dice) => dice.Of(
        -1, 0, 1, 2, 3, 5, 40, -40, 1000, 65535, 1 << 20, 1 << 24, 1_000_000_000, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue);

    /// <summary>1 if it is refused, with a message of one line that names the file.</summary>
    int Refused(byte[] bytes, int seed)
    {
        var path = _folder.Write("damaged.onnx", bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            var model = new OnnxModel(path);
            foreach (var shape in new Grid.Lab.Datasets.ImageShape[] { new(1, 8, 8), new(1, 28, 28) })
            {
                try
                {
                    model.Parameters(shape, 10);
                }
                catch (LabException) when (shape.Height == 8)
                {
                    // The file may be for the other data.
                }
            }

            return 0;
        }
        catch (LabException e)
        {
            Assert.Contains("damaged.onnx", e.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', e.Message);
            return 1;
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}", e);
        }
        finally
        {
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
        }
    }
}
