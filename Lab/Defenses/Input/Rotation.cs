using System.ComponentModel.DataAnnotations;
using Grid.Compute;
using Grid.Lab.Datasets;
using Grid.Lab.Defenses.Preprocessing;
using Grid.Lab.Models;

namespace Grid.Lab.Defenses.Input;

/// <summary>
/// Turns images by a fixed angle about their centre before classification, bilinear, with zeros outside. An adaptive attacker goes through
/// it by its exact gradient.
/// </summary>
/// <param name="degrees">Angle, counterclockwise.</param>
[Named("rotation")]
public sealed class Rotation([Range(-180, 180)] double degrees = 15) : Defense
{
    // The turn is one matrix over all pixels of a plane.
    const int MostPixels = 128 * 128;

    /// <inheritdoc/>
    public override bool ChangesClassifier => true;

    /// <inheritdoc/>
    public override string? Objection(Dataset data, int samples) => data.Shape.Height * data.Shape.Width <= MostPixels
        ? null
        : $"rotation takes images of at most {MostPixels} pixels, not {data.Shape.Height} x {data.Shape.Width}.";

    /// <inheritdoc/>
    public override Classifier Wrap(Classifier network)
    {
        (int Height, int Width, float[] Matrix)? known = null;
        return new DifferentiableInput(network, (tape, images) =>
        {
            var s = images.Shape;
            if (known is not var (h, w, matrix) || h != s[2] || w != s[3])
            {
                matrix = Matrix(s[2], s[3]);
                known = (s[2], s[3], matrix);
            }

            var plane = s[2] * s[3];
            return tape.Reshape(tape.AlongRows(tape.Reshape(images, [s[0], s[1], 1, plane]), matrix, plane), s);
        });
    }

    /// <summary>The matrix of the turn: row p holds the weights of the four pixels around the place that pixel p comes from.</summary>
    float[] Matrix(int height, int width)
    {
        var matrix = new float[height * width * height * width];
        var (sin, cos) = Math.SinCos(degrees * Math.PI / 180);
        var (middleY, middleX) = ((height - 1) / 2.0, (width - 1) / 2.0);
        for (var p = 0; p < height * width; p++)
        {
            var (dy, dx) = (p / width - middleY, p % width - middleX);
            var (y, x) = (middleY + cos * dy + sin * dx, middleX + cos * dx - sin * dy);
            var (top, left) = ((int)Math.Floor(y), (int)Math.Floor(x));
            foreach (var (row, column) in ((int, int)[])[(top, left), (top, left + 1), (top + 1, left), (top + 1, left + 1)])
            {
                if ((uint)row >= (uint)height || (uint)column >= (uint)width) continue;
                matrix[p * height * width + row * width + column] = (float)((1 - Math.Abs(y - row)) * (1 - Math.Abs(x - column)));
            }
        }

        return matrix;
    }
}
