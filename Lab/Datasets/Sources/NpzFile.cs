using System.IO.Compression;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Your own data as numpy.savez writes it: x_train, y_train, x_test, y_test. x is [n, features], [n, height, width], [n, channels, height,
/// width] or [n, height, width, channels]; bytes are divided by 255, floats must lie in [0, 1]. y is [n]: the class index from 0, or a
/// name; or [n, classes], one-hot.
/// </summary>
/// <param name="path">The .npz file.</param>
/// <param name="scale">Every value of x is divided by it and must then lie in [0, 1]; above 0. Left out, 255 for bytes and 1 for
/// floats.</param>
/// <param name="scaleEach">For tables: whether every feature is mapped from its own range in x_train to [0, 1].</param>
[Named("npz")]
public sealed class NpzFile(string path, double? scale = null, bool scaleEach = false) : DataSource
{
    /// <inheritdoc/>
    public override string? SourceFile => path;

    /// <inheritdoc/>
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
    {
        if (scale is { } by && !(by > 0 && double.IsFinite(by)))
            throw new LabException(FormattableString.Invariant($"npz: scale is {by}: it must be above 0."));
        if (scaleEach && scale is not null)
            throw new LabException(
                "npz: scale and scale_each are both set: scale_each maps every feature to [0, 1] by itself, leave scale out.");
        return Task.FromResult(UserFile.Read(path, stream =>
        {
            var sha256 = UserFile.Sha256(stream);
            try
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
                return Build(archive, sha256, progress);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                throw new LabException(
                    $"{path}: is not a zip archive, or a damaged or truncated one ({e.Message.TrimEnd('.')}): "
                    + "save it again with numpy.savez.", e);
            }
        }));
    }

    Dataset Build(ZipArchive archive, string sha256, IProgress<string>? progress)
    {
        var (shape, inputs) = Read(archive, "x_train", Inputs);
        var labels = Read(archive, "y_train", NpzLabels.Read);
        var (testShape, testInputs) = Read(archive, "x_test", Inputs);
        var testLabels = Read(archive, "y_test", NpzLabels.Read);
        Agree("x_train", inputs.Length / shape.Size, "y_train", labels.Count);
        if (shape != testShape)
            throw new LabException($"{path}: samples of x_train are {shape.Text}, those of x_test are {testShape.Text}: they must agree.");
        Agree("x_test", testInputs.Length / shape.Size, "y_test", testLabels.Count);
        var (train, test, names) = NpzLabels.Numbered(labels, testLabels, path);
        var classes = ClassLabels.Count(train, $"{path}: y_train", test, $"{path}: y_test");
        if (scaleEach)
        {
            if (shape.Height > 1)
                throw new LabException(
                    $"{path}: scale_each is for tables, and x_train holds images of {shape.Height} x {shape.Width}: set scale.");
            FeatureRanges.Of(inputs, shape.Size).Apply(inputs, testInputs);
        }
        else if (inputs.Max() is > 0 and < 0.1f and var largest)
        {
            progress?.Report(
                FormattableString.Invariant($"{path}: the largest value of x_train is {largest:G3} of 1: was it divided twice? ")
                + "Strengths are meant for values that fill [0, 1].");
        }

        return new("npz", shape, classes, new(inputs, train), new(testInputs, test), sha256) { ClassNames = names };
    }

    void Agree(string x, int samples, string y, int labels)
    {
        if (samples != labels) throw new LabException($"{path}: {x} holds {samples} samples, but {y} holds {labels}: they must agree.");
    }

    T Read<T>(ZipArchive archive, string name, Func<NpyArray, Stream, string, T> read)
    {
        var entry = archive.GetEntry(name + ".npy") ?? throw new LabException(
            $"{path}: holds no array {name}: save it with numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...).");
        // Before anything is allocated: an entry must not claim what its compressed bytes cannot become.
        if (entry.Length > entry.CompressedLength * Gzip.LargestRatio)
            throw new LabException(
                $"{path}: {name} declares {entry.Length} bytes, which its {entry.CompressedLength} compressed bytes cannot hold.");
        using var opened = new CheckedEntry(entry);
        var values = read(NpyArray.ReadHeader(opened.Content, entry.Length, $"{path}: {name}"), opened.Content, $"{path}: {name}");
        opened.Verify();
        return values;
    }

    (ImageShape, float[]) Inputs(NpyArray array, Stream content, string name)
    {
        var channelsLast = array.Shape is [_, > 4, _, 1 or 3 or 4];
        var shape = array.Shape switch
        {
            [_, var features] => new ImageShape(1, 1, features),
            [_, var height, var width] => new ImageShape(1, height, width),
            [_, var height, var width, var channels] when channelsLast => new ImageShape(channels, height, width),
            [_, var channels, var height, var width] => new ImageShape(channels, height, width),
            _ => throw new LabException(
                $"{name}: has {array.Shape.Length} dimension(s), expected [n, features], [n, height, width], [n, channels, height, "
                + "width] or [n, height, width, channels]."),
        };
        if (array.IsText) throw new LabException($"{name}: has type {array.Type}, which is text: convert it with numpy's astype(float).");
        UserFile.Fit(sizeof(float) * (long)array.Count, name);
        var inputs = array.Format == "u1" && scale is null or 255 && !scaleEach
            ? Bytes(array, content, name)
            : Numbers(array, content, name);
        return (shape, channelsLast ? Pixels.ChannelsFirst(inputs, shape) : inputs);
    }

    float[] Bytes(NpyArray array, Stream content, string name)
    {
        var bytes = NpyValues.Bytes(array, content, name);
        if (scale is null && Pixels.Unfilled(bytes) is { } largest)
            throw new LabException(
                $"{name}: its largest byte is {largest}, so that dividing by 255 leaves most of [0, 1] empty: "
                + $"set scale: {largest} (or scale: 255, if it is meant so).");
        var inputs = new float[bytes.Length];
        Pixels.Scale(bytes, inputs);
        return inputs;
    }

    float[] Numbers(NpyArray array, Stream content, string name)
    {
        if (scale is null && !scaleEach && array.Kind is 'i' or 'u')
            throw new LabException(
                $"{name}: has type {array.Type}: set scale to the largest value, such as 255, by which all are divided.");
        var (by, size) = (scale ?? 1, array.Count / array.Shape[0]);
        return NpyValues.Numbers(array, content, name, (value, index) =>
        {
            var scaled = value / by;
            if (scaleEach ? double.IsFinite(value) : scaled is >= 0 and <= 1) return (float)scaled;
            var sample = array.Columns ? index % array.Shape[0] : index / size;
            var remedy = !double.IsFinite(value) ? "fill it in, or leave the sample out"
                : value < 0 ? "shift it, or set scale_each: true for a table" : "set scale to the largest value";
            throw new LabException(
                FormattableString.Invariant($"{name}: value {value:G7} of sample {sample} is outside [0, {by}]: {remedy}."));
        });
    }
}
