using System.IO.Compression;
using System.Runtime.InteropServices;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Datasets.Sources;

/// <summary>
/// Your own data as numpy.savez writes it: x_train, y_train, x_test, y_test. x is [n, features], [n, height, width] or [n, channels, height, width];
/// bytes are divided by 255, float32 and float64 must lie in [0, 1]. y is [n], integer, the class index from 0.
/// </summary>
/// <param name="path">The .npz file.</param>
[Named("npz")]
public sealed class NpzFile(string path) : DataSource
{
    public override Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct) =>
        Task.FromResult(UserFile.Read(path, stream =>
        {
            string sha256 = UserFile.Sha256(stream);
            try
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
                var (shape, train) = Samples(archive, "x_train", "y_train");
                var (testShape, test) = Samples(archive, "x_test", "y_test");
                if (shape != testShape)
                {
                    throw new LabException($"{path}: samples of x_train are {shape}, those of x_test are {testShape}: they must agree.");
                }
                int classes = ClassLabels.Count(train.Labels, $"{path}: y_train", test.Labels, $"{path}: y_test");
                return new Dataset("npz", shape, classes, train, test, sha256);
            }
            catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
            {
                throw new LabException($"{path}: is not a zip archive, or a damaged or truncated one: save it again with numpy.savez.", e);
            }
        }));

    (ImageShape, Samples) Samples(ZipArchive archive, string x, string y)
    {
        var (shape, count, inputs) = Read(archive, x, Inputs);
        int[] labels = Read(archive, y, Labels);
        return labels.Length == count
            ? (shape, new Samples(inputs, labels))
            : throw new LabException($"{path}: {x} holds {count} samples, but {y} holds {labels.Length}: they must agree.");
    }

    T Read<T>(ZipArchive archive, string name, Func<NpyArray, Stream, string, T> read)
    {
        var entry = archive.GetEntry(name + ".npy") ?? throw new LabException(
            $"{path}: holds no array {name}: save it with numpy.savez(path, x_train=..., y_train=..., x_test=..., y_test=...).");
        // Before anything is allocated: an entry must not claim what its compressed bytes cannot become.
        if (entry.Length > entry.CompressedLength * Gzip.LargestRatio)
        {
            throw new LabException($"{path}: {name} declares {entry.Length} bytes, which its {entry.CompressedLength} compressed bytes cannot hold.");
        }
        using var content = entry.Open();
        return read(NpyArray.ReadHeader(content, entry.Length, $"{path}: {name}"), content, $"{path}: {name}");
    }

    static (ImageShape, int Count, float[]) Inputs(NpyArray array, Stream content, string name)
    {
        var shape = array.Shape switch
        {
            [_, var features] => new ImageShape(1, 1, features),
            [_, var height, var width] => new ImageShape(1, height, width),
            [_, > 4, _, 1 or 3 or 4] => throw new LabException(
                $"{name}: has shape ({string.Join(", ", array.Shape)}), channels last: save numpy.transpose(x, (0, 3, 1, 2))."),
            [_, var channels, var height, var width] => new ImageShape(channels, height, width),
            _ => throw new LabException(
                $"{name}: has {array.Shape.Length} dimension(s), expected [n, features], [n, height, width] or [n, channels, height, width]."),
        };
        if (array.Type is not ("|u1" or "<f4" or "<f8"))
        {
            throw new LabException($"{name}: has type {array.Type}, expected uint8, float32 or float64: convert it with numpy's astype.");
        }
        UserFile.Fit(sizeof(float) * (long)array.Count, name);
        var inputs = new float[array.Count];
        array.ReadValues(content, name, (start, bytes) =>
        {
            var chunk = inputs.AsSpan(start, bytes.Length / array.ItemSize);
            switch (array.Type)
            {
                case "|u1":
                    Pixels.Scale(bytes, chunk);
                    break;
                case "<f4":
                    var singles = MemoryMarshal.Cast<byte, float>(bytes);
                    for (int i = 0; i < chunk.Length; i++)
                    {
                        chunk[i] = (float)InBox(singles[i], start + i);
                    }
                    break;
                default:
                    var doubles = MemoryMarshal.Cast<byte, double>(bytes);
                    for (int i = 0; i < chunk.Length; i++)
                    {
                        chunk[i] = (float)InBox(doubles[i], start + i);
                    }
                    break;
            }
        });
        return (shape, array.Shape[0], inputs);

        double InBox(double value, int index) => value is >= 0 and <= 1 ? value : throw new LabException(FormattableString.Invariant(
            $"{name}: value {value:G7} of sample {index / shape.Size} is outside [0, 1]: scale the data before saving."));
    }

    static int[] Labels(NpyArray array, Stream content, string name)
    {
        if (array.Type[1] == 'f' || array.Shape is not ([_] or [_, 1]))
        {
            throw new LabException(
                $"{name}: has type {array.Type} and shape ({string.Join(", ", array.Shape)}), expected integers of shape (n): use argmax and astype(int).");
        }
        var labels = new int[array.Count];
        array.ReadValues(content, name, (start, bytes) =>
        {
            for (int i = 0; i < bytes.Length / array.ItemSize; i++)
            {
                labels[start + i] = Integer(bytes.Slice(i * array.ItemSize, array.ItemSize), signed: array.Type[1] == 'i');
            }
        });
        return labels;
    }

    // Little-endian; what an int cannot hold becomes -1 or the largest int, and so an error about labels.
    static int Integer(ReadOnlySpan<byte> bytes, bool signed)
    {
        ulong value = signed && bytes[^1] >= 128 ? ulong.MaxValue : 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
        {
            value = (value << 8) | bytes[i];
        }
        return signed && (long)value < 0 ? -1 : (int)Math.Min(value, int.MaxValue);
    }
}
