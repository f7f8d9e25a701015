using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Files;

namespace Grid.Lab.Tests.Models;

public sealed class SafetensorsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    string Model => _folder["model.safetensors"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_model_trained_in_PyTorch_is_read()
    {
        var tensors = Safetensors.Read(RealData.PathOf("models/mnist-cnn.safetensors"));

        Assert.Equal(
            ["c1.weight", "c1.bias", "c2.weight", "c2.bias", "f1.weight", "f1.bias", "f2.weight", "f2.bias"],
            tensors.Select(tensor => tensor.Name));
        Assert.Equal([32, 16, 3, 3], tensors[2].Shape);
        Assert.Equal(206922, tensors.Sum(tensor => tensor.Values.Length));
        Assert.All(tensors.SelectMany(tensor => tensor.Values), value => Assert.InRange(value, -2, 2));
    }

    [Fact]
    public void What_is_written_is_read_back_bit_for_bit()
    {
        var name = ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)));
        var tensor =
            from tensorName in name
            from shape in Gen.Choose(0, 3).ListOf().Select(sides => sides.Take(4).ToArray())
            let count = shape.Aggregate(1, (product, side) => product * side)
            from bits in ArbMap.Default.GeneratorFor<int>().ArrayOf(count)
            select new NamedTensor(tensorName, shape, MemoryMarshal.Cast<int, float>(bits).ToArray());
        var models = tensor.ListOf().Select(tensors => tensors.DistinctBy(one => one.Name).ToArray());

        Prop.ForAll(models.ToArbitrary(), tensors =>
        {
            Safetensors.Write(Model, tensors);
            var read = Safetensors.Read(Model);
            // Tensors without values share their place with a neighbour, so only the others have an order.
            Assert.Equal(Order(tensors.Where(one => one.Values.Length > 0)), Order(read.Where(one => one.Values.Length > 0)));
            Assert.Equal(Order(tensors).Order(), Order(read).Order());
        }).QuickCheckThrowOnFailure();

        static IEnumerable<string> Order(IEnumerable<NamedTensor> tensors) => tensors.Select(one =>
            $"{one.Name} [{string.Join(",", one.Shape)}] {Convert.ToHexString(MemoryMarshal.AsBytes(one.Values.AsSpan()))}");
    }

    [Fact]
    public void The_bytes_are_those_of_the_format()
    {
        Safetensors.Write(Model, [new NamedTensor("w", [1, 2], [1, -2]), new NamedTensor("b", [], [0.5f])], new Dictionary<string, string>
        {
            ["model"] = "cnn",
            ["epochs"] = "3",
        });

        const string Header =
            """{"__metadata__":{"epochs":"3","model":"cnn"},"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"""
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[8,12]}}";
        byte[] bytes = File.ReadAllBytes(Model);
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal(Header, Encoding.UTF8.GetString(bytes, 8, length).TrimEnd(' '));
        Assert.Equal([0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 0, 63], bytes[(8 + length)..]);
        Assert.Equal(["model.safetensors"], _folder.Files);
    }

    [Fact]
    public void Tensors_come_in_the_order_of_their_values()
    {
        Write("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""",
            [0, 0, 128, 63, 0, 0, 0, 64]);

        Assert.Equal(["b 1", "a 2"],
            Safetensors.Read(Model).Select(tensor => FormattableString.Invariant($"{tensor.Name} {tensor.Values[0]}")));
    }

    [Theory]
    [InlineData("F16", new byte[] { 0x00, 0x3c, 0x00, 0xc1 })]
    [InlineData("BF16", new byte[] { 0x80, 0x3f, 0x20, 0xc0 })]
    [InlineData("F64", new byte[] { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0 })]
    public void Other_floating_point_types_become_float32(string type, byte[] values)
    {
        Write($$$"""{"w":{"dtype":"{{{type}}}","shape":[2],"data_offsets":[0,{{{values.Length}}}]}}""", values);
        Assert.Equal([1, -2.5f], Safetensors.Read(Model)[0].Values);
    }

    [Theory]
    [InlineData("""{"w":{"dtype":"I64","shape":[1],"data_offsets":[0,8]}}""", "tensor 'w' has type 'I64'; grid reads F32, F16, BF16, F64")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""",
        "tensor 'w' of F32 [3] needs 12 bytes, but its offsets are [0, 8]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "but its offsets are [8, 0]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[-8,0]}}""", "but its offsets are [-8, 0]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", "but its offsets are [0]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[2],"data_offsets":[9223372036854775807,-9223372036854775801]}}""",
        "begins at byte 9223372036854775807")]
    [InlineData("""{"w":{"dtype":"F32","shape":[-1,-2],"data_offsets":[0,8]}}""", "has shape [-1 x -2]")]
    [InlineData("""{"w":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,8]}}""", "over 2 GiB")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "tensor 'w' begins at byte 4, but the one before it ends at 0")]
    [InlineData("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "its tensors need 4 bytes, but 8 follow")]
    [InlineData("""{"w":{"dtype":"F32","shape":[3],"data_offsets":[0,12]}}""", "is cut off: 'w' should end at byte ")]
    [InlineData(
        """{"v":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "tensor 'w' begins at byte 4, but the one before it ends at 8")]
    [InlineData(
        """{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"w":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "two tensors are named 'w'")]
    [InlineData("""{"a\nb":{"dtype":"F8","shape":[8],"data_offsets":[0,8]}}""", @"tensor 'a\nb' has type 'F8'")]
    [InlineData("""{"w":{"dtype":"F32","data_offsets":[0,8]}}""", "is not that of a safetensors file")]
    [InlineData("""{"w":{"dtype":"F32","shape":[0.5],"data_offsets":[0,8]}}""", "is not that of a safetensors file")]
    [InlineData("""{"w":{"dtype":"F32","shape":[9999999999],"data_offsets":[0,8]}}""", "is not that of a safetensors file")]
    [InlineData("""{"w":[0,8]}""", "is not that of a safetensors file")]
    [InlineData("""[0,8]""", "is not that of a safetensors file")]
    [InlineData("""{"w":""", "is not that of a safetensors file")]
    [InlineData("", "is not that of a safetensors file")]
    public void A_header_that_lies_gets_one_line_that_names_the_file(string header, string expected)
    {
        Write(header, new byte[8]);

        var error = Assert.Throws<LabException>(() => Safetensors.Read(Model));

        Assert.StartsWith(Model, error.Message, StringComparison.Ordinal);
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "3 bytes are too few")]
    [InlineData(new byte[] { 9, 0, 0, 0, 0, 0, 0, 0, 123, 125 }, "declares a header of 9 bytes in a file of 10")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123, 125 }, "declares a header of 18446744073709551615 bytes")]
    public void A_length_that_lies_gets_one_line(byte[] content, string expected)
    {
        _folder.Write("model.safetensors", content);
        Assert.Contains(expected, Assert.Throws<LabException>(() => Safetensors.Read(Model)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Equal($"{Model}: no such file: a path counts from the folder in which grid is started.",
            Assert.Throws<LabException>(() => Safetensors.Read(Model)).Message);

    [Fact]
    public void Damage_never_escapes_as_another_error()
    {
        Safetensors.Write(Model, [new NamedTensor("w", [1, 2], [1, -2]), new NamedTensor("b", [1], [0.5f])]);
        Damage.IsLabExceptionOrNothing(File.ReadAllBytes(Model), bytes =>
        {
            _folder.Write("model.safetensors", bytes);
            Safetensors.Read(Model);
        });
    }

    [Fact]
    public void A_model_that_cannot_be_written_leaves_the_old_file()
    {
        Safetensors.Write(Model, [new NamedTensor("w", [1], [1])]);

        Assert.Throws<ArgumentException>(() => Safetensors.Write(Model, [new NamedTensor("w", [2], [1])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(Model, [new NamedTensor("w", [1], [1]), new NamedTensor("w", [1], [1])]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(Model, [new NamedTensor("__metadata__", [1], [1])]));
        Assert.Throws<IOException>(() => AtomicFile.Write(Model, _ => throw new IOException("the disk is full")));

        Assert.Equal([1], Safetensors.Read(Model)[0].Values);
        Assert.Equal(["model.safetensors"], _folder.Files);
    }

    void Write(string header, byte[] values)
    {
        byte[] text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, text.Length);
        _folder.Write("model.safetensors", [.. length, .. text, .. values]);
    }
}
