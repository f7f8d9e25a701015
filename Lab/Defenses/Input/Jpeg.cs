using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Compresses images as JPEG does and takes them apart again before classification: each 8 x 8 block's cosine transform is rounded to
/// multiples of the standard tables. Sides that are no multiple of 8 are padded by their last pixel. An adaptive attacker goes through it
/// by the mean of the gradients behind it and before it.
/// </summary>
/// <param name="quality">1 (coarsest) to 100 (finest), as libjpeg counts.</param>
/// <param name="colours"> Whether three channels are red, green and blue, and are compressed as brightness and two colour differences, of
/// which none is left out (4:4:4); otherwise, and with any other number of channels, each is compressed as brightness.
/// </param>
/// <remarks>ITU-T T.81, annex K, tables K.1 and K.2; colours: JFIF 1.02; Dziugaite et al. 2016 (arXiv 1608.00853); gradient: after Athalye
/// et al., ICML 2018 (BPDA).</remarks>
[Named("jpeg"), Cites("dziugaite2016study", "athalye2018obfuscated")]
public sealed class Jpeg([Range(1, 100)] int quality = 50, bool colours = true) : Defense
{
    const int Edge = 8;

    static ReadOnlySpan<byte> Luminance =>
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    static ReadOnlySpan<byte> Chrominance =>
    [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ];

    /// <summary>Brightness and the differences of blue and red to it, from red, green and blue, all centred on zero: a row each.</summary>
    static readonly float[] FromRgb = [0.299f, 0.587f, 0.114f, -0.168735892f, -0.331264108f, 0.5f, 0.5f, -0.418687589f, -0.081312411f];

    static readonly float[] ToRgb = [1, 0, 1.402f, 1, -0.344136286f, -0.714136286f, 1, 1.772f, 0];

    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network) => new StraightThroughInput(network, Compress);

    Tensor Compress(Tensor images)
    {
        var (device, tape, s) = (images.Device, new Tape(images.Device), images.Shape);
        var (height, width) = (Padded(s[2]), Padded(s[3]));
        // Eight bits a pixel, centred on zero.
        var pixels = device.Affine(Rounding.Round(device.Affine(images, 255, 0)), 1, -128);
        var coloured = colours && s[1] == 3;
        if (coloured) pixels = Rounding.Round(Mixed(tape, pixels, FromRgb));
        var columns = tape.AlongRows(tape.Transpose(Tape.Constant(pixels)), Forward(s[2]), height);
        var blocks = tape.AlongRows(tape.Transpose(columns), Forward(s[3]), width).Value;

        var flat = device.Reshape(blocks, [s[0] * s[1], height * width]);
        var tables = device.Upload([.. Steps(Luminance, height, width), .. Steps(coloured ? Chrominance : Luminance, height, width)],
            [2, height * width]);
        var steps = device.GatherRows(tables, [.. Enumerable.Range(0, s[0] * s[1]).Select(plane => plane % s[1] == 0 ? 0 : 1)]);
        var rounded = device.Combine(Binary.Multiply, Rounding.Round(device.Combine(Binary.Divide, flat, steps)), steps);

        var kept = Tape.Constant(device.Reshape(rounded, [s[0], s[1], height, width]));
        var rows = tape.AlongRows(kept, Backward(s[3]), s[3]);
        var plane = tape.Transpose(tape.AlongRows(tape.Transpose(rows), Backward(s[2]), s[2])).Value;
        if (coloured) plane = Mixed(tape, Rounding.Round(plane), ToRgb);
        return device.Clamp(device.Affine(Rounding.Round(device.Affine(plane, 1, 128)), 1f / 255, 0), 0, 1);
    }

    /// <summary>Multiplies the three values of every pixel by a matrix of 3 x 3.</summary>
    static Tensor Mixed(Tape tape, Tensor images, float[] matrix)
    {
        var s = images.Shape;
        var pixels = tape.Transpose(tape.Reshape(Tape.Constant(images), [s[0], 1, 3, s[2] * s[3]]));
        return tape.Reshape(tape.Transpose(tape.AlongRows(pixels, matrix, 3)), s).Value;
    }

    static int Padded(int length) => (length + Edge - 1) / Edge * Edge;

    /// <summary>The matrix that pads and transforms: [padded, length].</summary>
    static float[] Forward(int length)
    {
        var matrix = new double[Padded(length) * length];
        for (var u = 0; u < Padded(length); u++)
            for (var x = 0; x < Edge; x++) matrix[u * length + Math.Min(u / Edge * Edge + x, length - 1)] += Cosine(u % Edge, x);
        return Array.ConvertAll(matrix, v => (float)v);
    }

    /// <summary>The matrix that transforms back and crops: [length, padded].</summary>
    static float[] Backward(int length)
    {
        var (padded, matrix) = (Padded(length), new float[length * Padded(length)]);
        for (var x = 0; x < length; x++)
            for (var u = 0; u < Edge; u++) matrix[x * padded + x / Edge * Edge + u] = (float)Cosine(u, x % Edge);
        return matrix;
    }

    static double Cosine(int frequency, int x) =>
        (frequency == 0 ? Math.Sqrt(1.0 / Edge) : Math.Sqrt(2.0 / Edge)) * Math.Cos((2 * x + 1) * frequency * Math.PI / (2 * Edge));

    /// <summary>A table as libjpeg scales it by quality, laid over the plane.</summary>
    float[] Steps(ReadOnlySpan<byte> table, int height, int width)
    {
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        var steps = new float[height * width];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                steps[y * width + x] = Math.Clamp((table[y % Edge * Edge + x % Edge] * percent + 50) / 100, 1, 255);
        return steps;
    }
}
