using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>Positions for <see cref="Device.GridSample"/> that are the same for all images: [1, 2, h, w].</summary>
static class PixelGrid
{
    /// <summary>Why there are no pixels to move, if so.</summary>
    public static string? Objection(string attack, Dataset data) => data.Shape.Height > 1 && data.Shape.Width > 1 ? null
        : $"{attack} moves the pixels of images, and {data.Name} has rows of {data.Shape.Size} features; use fgsm or pgd.";

    /// <summary>Every pixel at its own place.</summary>
    public static Tensor Identity(Device device, int height, int width) => Moved(device, height, width, 0, 0, 0);

    /// <summary>
    /// Looks, from each pixel, at the place turned about the image's centre by an angle and then shifted, as foolbox does: the content
    /// moves by the inverse.
    /// </summary>
    /// <param name="device">Where the positions go.</param>
    /// <param name="height">Height of the images, in pixels.</param>
    /// <param name="width">Width of the images, in pixels.</param>
    /// <param name="degrees">Positive turns the content counter-clockwise.</param>
    /// <param name="down">Pixels; positive moves the content up.</param>
    /// <param name="across">Pixels; positive moves the content left.</param>
    public static Tensor Moved(Device device, int height, int width, double degrees, double down, double across)
    {
        var (sine, cosine) = Math.SinCos(double.DegreesToRadians(degrees));
        var (middleRow, middleColumn) = ((height - 1) / 2.0, (width - 1) / 2.0);
        var places = new float[2 * height * width];
        for (var i = 0; i < height * width; i++)
        {
            var (y, x) = (i / width - middleRow, i % width - middleColumn);
            places[i] = (float)(cosine * y + sine * x + middleRow + down);
            places[height * width + i] = (float)(cosine * x - sine * y + middleColumn + across);
        }

        return device.Upload(places, [1, 2, height, width]);
    }

    /// <summary>The same for n images.</summary>
    public static Tensor Repeat(Tensor grid, int n) => grid.Device.GatherRows(grid, new int[n]);
}
