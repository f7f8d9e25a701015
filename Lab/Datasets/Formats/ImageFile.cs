using System.Buffers.Binary;
using System.IO.Hashing;
using Grid.Lab.Datasets.Files;
using StbImageSharp;

namespace Grid.Lab.Datasets.Formats;

/// <summary>
/// The pixels of a JPEG or PNG, decoded by StbImageSharp, which gives the same pixels on every machine. The decoder accepts damaged files,
/// so files are checked here first: the checksums and the end of a PNG, and the end of a JPEG.
/// </summary>
/// <param name="Pixels">The pixels, [height, width, channels].</param>
sealed record ImageFile(int Height, int Width, int Channels, byte[] Pixels)
{
    // Eight times what a progressive JPEG of one colour has, a bit for a block of 8 x 8. The decoder would fill in what is missing.
    const int JpegPixelsPerByte = 4096;

    static ReadOnlySpan<byte> Png => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    /// <summary>Decodes an image.</summary>
    /// <param name="channels">1 for grey, 3 for colours; the image is converted whatever it has, and transparency is left out.</param>
    /// <param name="name">The file, as errors name it.</param>
    /// <exception cref="LabException">The file is no such image, or it is damaged or cut off.</exception>
    public static ImageFile Read(byte[] file, int channels, string name)
    {
        var isPng = file.AsSpan().StartsWith(Png);
        if (isPng && !IsWholePng(file)) throw new LabException($"{name}: is damaged or cut off: fetch it again.");
        if (!isPng && file is not [0xff, 0xd8, ..])
            throw new LabException($"{name}: is neither a JPEG nor a PNG: convert it, or take it out.");
        if (file[0] == 0xff
            && file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xff, 0xd9]) <= file.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xff, 0xda]))
            throw new LabException($"{name}: is cut off: its JPEG content has no end: fetch it again.");
        try
        {
            if (ImageInfo.FromStream(new EndedStream(file)) is { } info)
            {
                UserFile.Fit((long)info.Width * info.Height * channels, name);
                if (file[0] == 0xff && (long)info.Width * info.Height > JpegPixelsPerByte * (long)file.Length)
                    throw new LabException(
                        $"{name}: is damaged: {file.Length} bytes cannot hold the {info.Width} x {info.Height} pixels that it tells of: "
                        + "fetch it again.");
            }

            var image = ImageResult.FromStream(
                new EndedStream(file), channels == 1 ? ColorComponents.Grey : ColorComponents.RedGreenBlue);
            return new(image.Height, image.Width, channels, image.Data);
        }
        catch (Exception e) when (e is not (OutOfMemoryException or LabException))
        {
            // The decoder has no error type of its own.
            throw new LabException(
                $"{name}: cannot be decoded ({e.Message.TrimEnd('.').ReplaceLineEndings(" ")}): save it again as PNG or JPEG.", e);
        }
    }

    /// <summary>Scales the whole image to another size, whose proportions may differ. A pixel is the weighted mean of what it covers, or is
    /// interpolated where the image grows.</summary>
    /// <remarks>The triangle filter that Pillow calls BILINEAR.</remarks>
    public ImageFile Resized(int height, int width)
    {
        if (height == Height && width == Width) return this;
        var (across, down) = (Weights(Width, width), Weights(Height, height));
        var rows = new double[Height * width * Channels];
        for (var y = 0; y < Height; y++)
            for (var x = 0; x < width; x++)
                foreach (var (from, weight) in across[x])
                    for (var c = 0; c < Channels; c++)
                        rows[(((y * width) + x) * Channels) + c] += weight * Pixels[(((y * Width) + from) * Channels) + c];
        var pixels = new byte[height * width * Channels];
        for (var y = 0; y < height; y++)
        {
            for (var i = 0; i < width * Channels; i++)
                pixels[(y * width * Channels) + i] =
                    (byte)Math.Clamp(Math.Floor(down[y].Sum(w => w.Weight * rows[(w.From * width * Channels) + i]) + 0.5), 0, 255);
        }

        return new(height, width, Channels, pixels);
    }

    static (int From, double Weight)[][] Weights(int from, int to)
    {
        var scale = (double)from / to;
        var reach = Math.Max(scale, 1);
        return [.. Enumerable.Range(0, to).Select(i =>
        {
            var centre = (i + 0.5) * scale;
            var (first, last) = (Math.Max(0, (int)Math.Floor(centre - reach)), Math.Min(from - 1, (int)Math.Ceiling(centre + reach)));
            var weights = Enumerable.Range(first, last - first + 1)
                .Select(j => (From: j, Weight: Math.Max(0, 1 - (Math.Abs(j + 0.5 - centre) / reach))))
                .Where(w => w.Weight > 0)
                .ToArray();
            var sum = weights.Sum(w => w.Weight);
            return Array.ConvertAll(weights, w => (w.From, w.Weight / sum));
        })];
    }

    static bool IsWholePng(ReadOnlySpan<byte> file)
    {
        for (var rest = file[8..]; rest.Length >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) return false;
            var chunk = rest.Slice(4, 4 + (int)length);
            if (Crc32.HashToUInt32(chunk) != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + (int)length)..])) return false;
            if (chunk.StartsWith("IEND"u8)) return true;
            rest = rest[(12 + (int)length)..];
        }

        return false;
    }
}
