using System.Buffers.Binary;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;

namespace Grid.Lab.Tests.Datasets;

public sealed class NpzFileTests : IDisposable
{
    static readonly byte[] X = Npz.Array<byte>("|u1", "2, 2, 2", 0, 51, 102, 255, 255, 204, 153, 0);
    static readonly byte[] Y = Npz.Array<long>("<i8", "2,", 0, 1);

    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Bytes_become_images_in_the_unit_box()
    {
        var data = await Load(X, Y, Npz.Array<byte>("|u1", "1, 2, 2", 255, 0, 0, 255), Npz.Array<byte>("|u1", "1, 1", 1));

        Assert.Equal((new ImageShape(1, 2, 2), 2), (data.Shape, data.Classes));
        Assert.Equal([0, 0.2f, 0.4f, 1, 1, 0.8f, 0.6f, 0], data.Train.Inputs);
        Assert.Equal([0, 1], data.Train.Labels);
        Assert.Equal([1, 0, 0, 1], data.Test.Inputs);
        Assert.Equal([1], data.Test.Labels);
    }

    [Fact]
    public async Task Floats_and_doubles_are_taken_as_they_are()
    {
        var data = await Load(
            Npz.Array("<f4", "2, 3", 0f, 0.1f, 0.25f, 1f, 0.5f, 1e-30f), Y, Npz.Array("<f8", "1, 3", 0.1, 1, 0), Npz.Array("<i4", "1,", 1));

        Assert.Equal(new ImageShape(1, 1, 3), data.Shape);
        Assert.Equal([0, 0.1f, 0.25f, 1, 0.5f, 1e-30f], data.Train.Inputs);
        Assert.Equal([0.1f, 1, 0], data.Test.Inputs);
    }

    [Fact]
    public async Task Four_dimensions_are_samples_channels_height_width()
    {
        byte[] x = Npz.Array("|u1", "2, 3, 1, 2", new byte[12]);
        Assert.Equal(new ImageShape(3, 1, 2), (await Load(x, Y, x, Y)).Shape);
    }

    [Fact]
    public async Task More_values_than_one_buffer_holds_keep_their_order()
    {
        var values = Enumerable.Range(0, 2 * 50_000).Select(i => i / 100_000.0).ToArray();
        byte[] x = Npz.Array("<f8", "2, 50000", values);
        Assert.Equal(values.Select(value => (float)value), (await Load(x, Y, x, Y)).Train.Inputs);
    }

    [Fact]
    public async Task Other_bytes_have_another_identity()
    {
        var first = await Load(X, Y, X, Y);
        var second = await Load(X, Npz.Array<long>("<i8", "2,", 1, 0), X, Y);
        Assert.NotEqual(first.Sha256, second.Sha256);
        Assert.Equal(64, first.Sha256.Length);
    }

    public static TheoryData<string, byte[], float[]> Layouts => new()
    {
        { "big-endian",
            Npz.Array<byte>(">f4", "2, 2", 0x3f, 0x80, 0, 0, 0x3e, 0x80, 0, 0, 0, 0, 0, 0, 0x3f, 0, 0, 0), [1, 0.25f, 0, 0.5f] },
        { "halves", Npz.Array("<f2", "2, 2", (Half)1, (Half)0.25, (Half)0, (Half)0.5), [1, 0.25f, 0, 0.5f] },
        { "flags", Npz.Array<byte>("|b1", "2, 2", 1, 0, 0, 1), [1, 0, 0, 1] },
        { "by columns", Npz.Array("<f4", "2, 2", "True", System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([1, 0, 0.25f, 0.5f])),
            [1, 0.25f, 0, 0.5f] },
        { "long integers of Python 2", Npz.Array("<f4", "2L, 2L", 1f, 0.25f, 0, 0.5f), [1, 0.25f, 0, 0.5f] },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Every_layout_numpy_writes_is_read_as_numpy_reads_it(string layout, byte[] x, float[] expected)
    {
        Assert.True((await Load(x, Y, x, Y)).Train.Inputs.SequenceEqual(expected), layout);
    }

    [Fact]
    public async Task Columns_of_three_dimensions_become_rows()
    {
        // numpy.asfortranarray(numpy.arange(12).reshape(2, 2, 3)) in the order of its memory.
        var x = Npz.Array("|u1", "2, 2, 3", "True", [0, 6, 3, 9, 1, 7, 4, 10, 2, 8, 5, 255]);
        var data = await Load(x, Y, x, Y);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 255], data.Train.Inputs.Select(v => (int)Math.Round(v * 255)));
    }

    [Fact]
    public async Task Channels_may_be_last()
    {
        byte[] x = Npz.Array("|u1", "2, 5, 1, 3", [.. Enumerable.Range(226, 30).Select(i => (byte)i)]);
        var data = await Load(x, Y, x, Y);

        Assert.Equal(new ImageShape(3, 5, 1), data.Shape);
        Assert.Equal([226, 229, 232, 235, 238, 227, 230, 233, 236, 239, 228, 231, 234, 237, 240],
            data.Train.Inputs.Take(15).Select(v => (int)Math.Round(v * 255)));
    }

    [Theory]
    [InlineData(16.0)]
    [InlineData(32.0)]
    public async Task A_scale_divides_whatever_the_type(double scale)
    {
        foreach (var x in new[] { Npz.Array<byte>("|u1", "2, 1", 16, 4), Npz.Array<long>("<i8", "2, 1", 16, 4),
            Npz.Array<double>("<f8", "2, 1", 16, 4) })
        {
            var data = await Load(x, Y, x, Y, path => new(path, scale));
            Assert.Equal([(float)(16 / scale), (float)(4 / scale)], data.Train.Inputs);
        }
    }

    [Fact]
    public async Task Tables_can_be_scaled_each_feature_by_its_range_in_the_training_part()
    {
        var data = await Load(Npz.Array("<f4", "2, 2", -1f, 100, 3, 300), Y, Npz.Array("<f4", "2, 2", 1f, 150, 9, 0), Y,
            path => new(path, scaleEach: true));
        Assert.Equal([0, 0, 1, 1], data.Train.Inputs);
        Assert.Equal([0.5f, 0.25f, 1, 0], data.Test.Inputs);
    }

    public static TheoryData<string, byte[]> Labels => new()
    {
        { "one-hot", Npz.Array<byte>("|u1", "2, 2", 0, 1, 1, 0) },
        { "one-hot floats by columns",
            Npz.Array("<f4", "2, 2", "True", System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>([0, 1, 1, 0])) },
        { "floats", Npz.Array<float>("<f4", "2,", 1, 0) },
        { "big-endian", Npz.Array<byte>(">i2", "2,", 0, 1, 0, 0) },
        { "bytes of text", Npz.Array("|S3", "2,", "dogcat"u8.ToArray()) },
        { "text", Npz.Array("<U3", "2,", System.Text.Encoding.UTF32.GetBytes("dogca\0")) },
        { "big-endian text", Npz.Array<byte>(">U1", "2,", [0, 0, 0, (byte)'b', 0, 0, 0, (byte)'a']) },
    };

    [Theory]
    [MemberData(nameof(Labels))]
    public async Task Labels_may_be_one_hot_or_names(string kind, byte[] y)
    {
        var data = await Load(X, y, X, y);
        Assert.Equal([1, 0], data.Train.Labels);
        Assert.Equal(kind.Contains("text", StringComparison.Ordinal), data.ClassNames is not null);
    }

    [Fact]
    public async Task A_value_that_changed_after_saving_is_refused()
    {
        var archive = Npz.Archive(("x_train", X), ("y_train", Y), ("x_test", X), ("y_test", Y));
        var stored = archive.AsSpan().IndexOf(X.AsSpan(^8));
        archive[stored + 2] ^= 1;
        _folder.Write("data.npz", archive);
        Assert.Contains("the checksum of x_train.npy is wrong", (await Assert.ThrowsAsync<LabException>(Load)).Message,
            StringComparison.Ordinal);
    }

    public static TheoryData<string, byte[], byte[], string> Mistakes => new()
    {
        { "counts", X, Npz.Array<long>("<i8", "3,", 0, 1, 1), "x_train holds 2 samples, but y_train holds 3" },
        { "negative label", X, Npz.Array<long>("<i8", "2,", 0, -3), "y_train: label -3 of sample 1 is not a class" },
        { "label of the test set", X, Npz.Array<long>("<i8", "2,", 0, 0), "every label is 0" },
        { "huge label", X, Npz.Array<ulong>("<u8", "2,", 0, ulong.MaxValue), "label 1.8446744073709552E+19 of sample 1 is not" },
        { "half labels", X, Npz.Array<float>("<f4", "2,", 0, 0.5f), "y_train: label 0.5 of sample 1 is no whole number" },
        { "two at once", X, Npz.Array<byte>("|u1", "2, 2", 0, 1, 1, 1), "row 1 is not one-hot" },
        { "labels of three dimensions", X, Npz.Array<byte>("|u1", "2, 1, 1", 0, 1), "expected integers or names of shape (n)" },
        { "names for numbers", X, Npz.Array("|S1", "2,", "ab"u8.ToArray()), "must both hold numbers, or both names" },
        { "labels from 1", X, Npz.Array<byte>("|u1", "2,", 1, 2), "no sample has label 0, and classes count from 0: subtract 1" },
        { "labels with gaps", X, Npz.Array<int>("<i4", "2,", 0, 4000), "2 of the classes 0 to 4000 occur" },
        { "bytes of 16 values", Npz.Array<byte>("|u1", "2, 2", 0, 16, 3, 9), Y,
            "x_train: its largest byte is 16, so that dividing by 255 leaves most of [0, 1] empty: set scale: 16" },
        { "negative", Npz.Array("<f4", "2, 1", -0.5f, 0.5f), Y, "x_train: value -0.5 of sample 0 is outside [0, 1]: shift it" },
        { "text", Npz.Array("|S1", "2, 1", "ab"u8.ToArray()), Y, "which is text" },
        { "out of the box", Npz.Array("<f4", "2, 1", 0.5f, 1.5f), Y, "x_train: value 1.5 of sample 1 is outside [0, 1]" },
        { "not a number", Npz.Array("<f8", "2, 1", double.NaN, 0), Y, "x_train: value NaN of sample 0 is outside [0, 1]: fill it in" },
        { "a hair outside", Npz.Array("<f8", "2, 1", 0, 1 + 1e-9), Y, "of sample 1 is outside [0, 1]" },
        { "one dimension", Npz.Array<byte>("|u1", "2,", 0, 1), Y, "has 1 dimension(s)" },
        { "objects", Npz.Array("|O", "2, 2", new byte[4]), Y, "has type |O" },
        { "a type that is cut off", Npz.Array("<", "2, 2", new byte[4]), Y, "has type <;" },
        { "integers as images", Npz.Array("<i4", "2, 1", 1, 1), Y, "x_train: has type <i4: set scale to the largest value" },
        { "too few values", Npz.Array("|u1", "2, 3", new byte[5]), Y, "needs 6 bytes, but 5 follow" },
        { "too many values", Npz.Array("|u1", "2, 3", new byte[7]), Y, "needs 6 bytes, but 7 follow" },
        { "a bomb", Npz.Array("|u1", "2000000000, 2", new byte[4]), Y, "x_train: its shape (2000000000, 2) has no values, or more than" },
        { "no samples", Npz.Array("|u1", "0, 2", Array.Empty<byte>()), Y, "has no values" },
        { "not an array", [1, 2, 3], Y, "x_train: is not a NumPy array" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_mistake_gets_one_line_that_names_file_and_array(string mistake, byte[] x, byte[] y, string expected)
    {
        var error = await Assert.ThrowsAsync<LabException>(() => Load(x, y, X, Y));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder["data.npz"], error.Message, StringComparison.Ordinal);
        Assert.False(error.Message.Contains('\n', StringComparison.Ordinal), mistake);
    }

    [Fact]
    public async Task Test_labels_beyond_the_training_classes_are_a_mistake()
    {
        var error = await Assert.ThrowsAsync<LabException>(() => Load(X, Y, X, Npz.Array<long>("<i8", "2,", 0, 2)));
        Assert.Contains("y_test: label 2 of sample 1 is not a class: classes count from 0 (2 in the training set)", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Training_and_test_shapes_must_agree()
    {
        var error = await Assert.ThrowsAsync<LabException>(() => Load(X, Y, Npz.Array("|u1", "2, 3", new byte[6]), Y));
        Assert.Contains("they must agree", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ImageShape", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_that_declares_more_than_its_bytes_can_become_is_not_allocated()
    {
        byte[] archive = Npz.Archive(("x_train", Npz.Array<byte>("|u1", "2000000000,1")), ("y_train", Y), ("x_test", X), ("y_test", Y));
        int directory = archive.AsSpan().IndexOf("PK\x01\x02"u8);
        BinaryPrimitives.WriteInt32LittleEndian(archive.AsSpan(directory + 24), 2_000_000_128);
        _folder.Write("data.npz", archive);

        var error = await Assert.ThrowsAsync<LabException>(Load);

        Assert.Contains("x_train declares 2000000128 bytes, which its", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_2_of_the_array_format_has_a_longer_length()
    {
        byte[] second = [.. X[..6], 2, 0, X[8], X[9], 0, 0, .. X[10..]];
        Assert.Equal((await Load(X, Y, X, Y)).Train.Inputs, (await Load(second, Y, X, Y)).Train.Inputs);
    }

    [Fact]
    public async Task A_missing_array_is_named_with_the_call_that_saves_all_four()
    {
        _folder.Write("data.npz", Npz.Archive(("x_train", X), ("y_train", Y), ("x_test", X)));
        var error = await Assert.ThrowsAsync<LabException>(Load);
        Assert.Contains("holds no array y_test: save it with numpy.savez(path, x_train=", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_file_and_a_file_that_is_no_archive_are_named()
    {
        Assert.Equal($"{_folder["data.npz"]}: no such file: a path counts from the folder in which grid is started.",
            (await Assert.ThrowsAsync<LabException>(Load)).Message);
        _folder.Write("data.npz", "x,y"u8);
        Assert.Contains("is not a zip archive", (await Assert.ThrowsAsync<LabException>(Load)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_never_escapes_as_another_error() => Damage.IsLabExceptionOrNothing(
        Npz.Archive(("x_train", X), ("y_train", Y), ("x_test", X), ("y_test", Y)),
        bytes =>
        {
            _folder.Write("data.npz", bytes);
            Load().GetAwaiter().GetResult();
        });

    async Task<Dataset> Load(byte[] x, byte[] y, byte[] xTest, byte[] yTest, Func<string, NpzFile>? source = null)
    {
        _folder.Write("data.npz", Npz.Archive(("x_train", x), ("y_train", y), ("x_test", xTest), ("y_test", yTest)));
        return source is null
            ? await Load()
            : await source(_folder["data.npz"]).Load(RealData.DataFolder(), progress: null, CancellationToken.None);
    }

    // Deferred, so that what Load throws arrives as a failed task.
    async Task<Dataset> Load() =>
        await new NpzFile(_folder["data.npz"]).Load(RealData.DataFolder(), progress: null, CancellationToken.None);
}
