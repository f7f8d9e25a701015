using System.Runtime.InteropServices;
using Grid.Compute;
using Grid.Compute.Random;

namespace Grid.Lab.Defenses.Smoothing;

/// <summary>
/// Noisy copies of images: draw i of a row is normal noise from the row's own stream, so that it depends on neither the batch nor the other
/// draws. What is drawn for one purpose is independent of what is drawn for another.
/// </summary>
/// <param name="seeds">The seed of each equal block of rows.</param>
sealed class GaussianDraws(IReadOnlyList<ulong> seeds, string purpose, double sigma)
{
    readonly uint _purpose = Philox.Hash(purpose);

    public GaussianDraws(ulong seed, string purpose, double sigma) : this([seed], purpose, sigma)
    {
    }

    /// <summary>Adds draws to the image of each row: all images with the first draw, then all with the next. Nothing is clipped.</summary>
    /// <param name="rows">The stream of each row.</param>
    /// <param name="first">The number of the first draw, from 0.</param>
    public Tensor Add(Tensor images, ulong[] rows, long first, int draws = 1)
    {
        var (device, n) = (images.Device, rows.Length);
        var all = draws == 1 ? images : device.Concat([.. Enumerable.Repeat(images, draws)]);
        // Streams fill fastest from a multiple of 64 on.
        var length = (ulong)((images.Shape.RowSize + 63) / 64 * 64);
        var noise = device.Upload(all.Shape, (row, values) =>
        {
            var seed = seeds[(int)((long)(row % n) * seeds.Count / n)];
            var stream = new PhiloxStream(new PhiloxKey(seed, _purpose, rows[row % n])) { Position = (ulong)(first + row / n) * length };
            stream.FillNormal(values, 0, (float)sigma);
        });
        return device.Combine(Binary.Add, all, noise);
    }

    /// <summary>The streams of rows by their sample.</summary>
    public static ulong[] BySample(ReadOnlySpan<int> samples)
    {
        var rows = new ulong[samples.Length];
        for (var i = 0; i < rows.Length; i++) rows[i] = (ulong)samples[i];
        return rows;
    }

    /// <summary>The streams of rows by their pixels: for a classifier that is not told which sample it sees, and an attack that meets fresh
    /// noise in every step.</summary>
    public static ulong[] ByContent(Tensor images)
    {
        var (values, size) = (images.ToArray(), images.Shape.RowSize);
        var rows = new ulong[images.Shape.Rows];
        for (var i = 0; i < rows.Length; i++)
        {
            // FNV-1a over words, then a last mix, since neighbouring images differ in few bits.
            var hash = 14695981039346656037UL;
            foreach (var word in MemoryMarshal.Cast<float, uint>(values.AsSpan(i * size, size))) hash = (hash ^ word) * 1099511628211UL;
            hash = (hash ^ hash >> 32) * 0x9E3779B97F4A7C15UL;
            rows[i] = hash ^ hash >> 29;
        }

        return rows;
    }
}
