using Grid.Compute;
using Grid.Lab.Datasets;

namespace Grid.Lab.Attacks.Perturbations;

/// <summary>Positions for <see cref="Device.GridSample"/> that are the same for all images: [1, 2, h, w].</summary>
static class PixelGrid
{
    /// <summary>Why a data set has no pixels to move, with the remedy; null if it has.</summary>
    public static string? Objection(string attack, Dataset data) => data.Shape.Height > 1 && data.Shape.Width > 1 ? null
        : $"{attack} moves the pixels of images, and {data.Name} has rows of {data.Shape.Size} features; use fgsm or pgd.";

    /// <summary>Every pixel at its own place.</summary>
    public static Tensor Identity(Device device, int height, int width) => Moved(device, height, width, 0, 0, 0);

    /// <summary>The places that an image is read at, pixel by pixel, so that it is turned about its centre by an angle and then shifted, as
    /// foolbox does: each place is turned and shifted, and the content moves by the inverse.</summary>
    /// <param name="device">The device that holds the positions.</param>
    /// <param name="height">The height of the images in pixels.</param>
    /// <param name="width">The width of the images in pixels.</param>
    /// <param name="degrees">The angle in degrees; positive turns the content counter-clockwise.</param>
    /// <param name="down">The shift of places in pixels; positive moves the content up.</param>
    /// <param name="across">The shift of places in pixels; positive moves the content left.</param>
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

    /// <summary>The same positions for n images.</summary>
    public static Tensor Repeat(Tensor grid, int n) => grid.Device.GatherRows(grid, new int[n]);
}
