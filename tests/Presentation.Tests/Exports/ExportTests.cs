using System.Buffers.Binary;
using System.Text;
using Grid.Presentation.Exports;
using Grid.Sweeps.Curves;
using Parquet.Serialization;

namespace Grid.Presentation.Tests.Exports;

/// <summary>What other programs read, read back by code that shares nothing with what wrote it.</summary>
public sealed class ExportTests : IDisposable
{
    static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 30, 0, TimeSpan.Zero);

    readonly string _folder = Directory.CreateTempSubdirectory("grid-exports-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Curves_come_back_from_parquet_with_null_for_what_is_not_known()
    {
        var curves = Samples.Curves();
        curves = [curves[0] with { Points = [curves[0].Points[0] with { Low = double.NaN }, .. curves[0].Points.Skip(1)] },
            .. curves.Skip(1)];
        using var stream = new MemoryStream();
        await ParquetTables.Curves(stream, curves);
        stream.Position = 0;
        var read = await ParquetSerializer.DeserializeUntypedAsync(stream);

        var rows = read.Data;
        Assert.Equal(curves.Sum(c => c.Points.Count), rows.Count);
        foreach (var (row, (curve, point)) in rows.Zip(curves.SelectMany(c => c.Points, (c, p) => (c, p))))
        {
            Assert.Equal((curve.Attack, curve.Defense, CurveVerdict.Text(curve.Verdict)), (row["attack"], row["defense"], row["check"]));
            Assert.Equal((point.Strength, point.Mean, point.Count), ((double)row["strength"]!, (double)row["mean"]!, (long)row["n"]!));
            Assert.Equal(double.IsNaN(point.Low) ? null : point.Low, (double?)row.GetValueOrDefault("low"));
        }
    }

    [Fact]
    public void Checksums_are_those_of_CRC_32C() =>
        // The check value of the catalogue of CRCs, 0xE3069283, masked as TFRecords are.
        Assert.Equal(unchecked(((0xE3069283u >> 15) | (0xE3069283u << 17)) + 0xa282ead8u), EventFile.Masked("123456789"u8));

    [Fact]
    public void TensorBoard_gets_every_point_with_sound_checksums()
    {
        var curves = Samples.Curves();
        var files = TensorBoardFolder.Write(_folder, "small-0123abcd", curves, Noon).ToList();

        Assert.Equal(3, files.Count);
        foreach (var (file, curve) in files.Zip(curves))
        {
            var events = Records(File.ReadAllBytes(file)).Select(Event).ToList();
            Assert.Equal("brain.Event:2", events[0].Version);
            Assert.All(events, e => Assert.Equal(Noon.ToUnixTimeSeconds(), e.WallTime));
            var means = events.Where(e => e.Tag == "robust_accuracy").OrderBy(e => e.Step).ToList();
            Assert.Equal(curve.Points.Select(p => (float)p.Mean), means.Select(e => e.Value));
            Assert.Equal(Enumerable.Range(0, 13).Select(i => (long)i), means.Select(e => e.Step));
            Assert.Equal(curve.Points.Select(p => (float)p.Strength), events.Where(e => e.Tag == "strength").Select(e => e.Value));
        }

        // Once more is the same, not twice as much.
        foreach (var _ in TensorBoardFolder.Write(_folder, "small-0123abcd", curves, Noon)) { }
        Assert.Equal(3, Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public void Mlflow_finds_an_experiment_with_a_run_for_each_curve()
    {
        var curves = Samples.Curves();
        foreach (var _ in MlflowStore.Write(_folder, "small-0123abcd", "0123abcd", curves, Noon)) { }

        var experiment = Path.Combine(_folder, "19114957");
        Assert.Contains("name: 'small-0123abcd'\n", File.ReadAllText(Path.Combine(experiment, "meta.yaml")), StringComparison.Ordinal);
        var runs = Directory.GetDirectories(experiment);
        Assert.Equal(3, runs.Length);
        foreach (var run in runs)
        {
            Assert.Contains($"run_id: {Path.GetFileName(run)}\n", File.ReadAllText(Path.Combine(run, "meta.yaml")),
                StringComparison.Ordinal);
            var defense = File.ReadAllText(Path.Combine(run, "params", "defense"));
            var curve = curves.Single(c => c.Defense == defense);
            var lines = File.ReadAllLines(Path.Combine(run, "metrics", "robust_accuracy")).Select(l => l.Split(' ')).ToList();
            Assert.Equal(curve.Points.Select(p => p.Mean),
                lines.Select(l => double.Parse(l[1], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.Equal(Enumerable.Range(0, 13), lines.Select(l => int.Parse(l[2], System.Globalization.CultureInfo.InvariantCulture)));
            Assert.All(lines, l => Assert.Equal(Noon.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture),
                l[0]));
        }
    }

    [Fact]
    public void A_step_is_a_strength_of_the_run_also_for_a_metric_that_lacks_some()
    {
        var robust = Samples.Curves()[0];
        var certified = robust with { Metric = "certified_accuracy", Points = [.. robust.Points.Skip(3).SkipLast(2)] };
        var values = Assert.Single(CurveSeries.Of([robust, certified])).Values().ToList();
        var strengths = values.Where(v => v.Metric == "strength").ToDictionary(v => v.Step, v => v.Value);
        Assert.Equal(certified.Points.Select(p => (p.Strength, p.Mean)),
            values.Where(v => v.Metric == "certified_accuracy").Select(v => (strengths[v.Step], v.Value)));
    }

    static IEnumerable<byte[]> Records(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(Masked(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            Assert.Equal(Masked(file.AsSpan(at + 12, length)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return file[(at + 12)..(at + 12 + length)];
            at += length + 16;
        }
    }

    /// <summary>Bit by bit, by the reversed polynomial of Castagnoli.</summary>
    static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFFFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) == 1 ? 0x82F63B78 : 0);
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    /// <summary>What the fields of a message hold, by number: tensorflow/core/util/event.proto and framework/summary.proto.</summary>
    static (double WallTime, long Step, string? Version, string? Tag, float Value) Event(byte[] message)
    {
        var (time, step, version, tag, value) = (0.0, 0L, default(string), default(string), 0f);
        foreach (var (number, bytes) in Fields(message))
        {
            if (number == 1) time = BitConverter.ToDouble(bytes);
            else if (number == 2) step = BitConverter.ToInt64(bytes);
            else if (number == 3) version = Encoding.UTF8.GetString(bytes);
            else if (number == 5)
            {
                foreach (var (inner, text) in Fields(Fields(bytes).Single(f => f.Number == 1).Bytes))
                {
                    if (inner == 1) tag = Encoding.UTF8.GetString(text);
                    if (inner == 2) value = BitConverter.ToSingle(text);
                }
            }
        }

        return (time, step, version, tag, value);
    }

    static List<(int Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, byte[])>();
        for (var at = 0; at < message.Length;)
        {
            var key = Varint();
            var bytes = (key & 7) switch
            {
                0 => BitConverter.GetBytes(Varint()),
                1 => Take(8),
                2 => Take((int)Varint()),
                _ => Take(4),
            };
            fields.Add(((int)(key >> 3), bytes));

            long Varint()
            {
                long number = 0;
                for (var shift = 0; ; shift += 7)
                {
                    number |= (long)(message[at] & 0x7F) << shift;
                    if (message[at++] < 0x80) return number;
                }
            }

            byte[] Take(int count) => message[at..(at += count)];
        }

        return fields;
    }
}
