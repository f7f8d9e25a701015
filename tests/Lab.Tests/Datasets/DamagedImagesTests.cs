using System.Buffers.Binary;
using System.IO.Hashing;
using Grid.Compute.Tests;
using Grid.Lab.Datasets.Formats;

namespace Grid.Lab.Tests.Datasets;

/// <summary>Images that are damaged, also such whose checksums fit: read, or refused in one line, and never a fault of another
/// kind.</summary>
public sealed class DamagedImagesTests
{
    static readonly byte[] Png = Pictures.Png(4, 3, [.. Enumerable.Range(0, 36).Select(i => (byte)(7 * i))]);

    [Fact]
    public void A_damaged_image_is_read_or_refused()
    {
        var (read, refused) = (0, 0);
        for (var seed = 0; seed < 400; seed++)
        {
            var dice = new Dice(seed);
            var whole = dice.Coin() ? Png : Pictures.Jpeg200;
            var bytes = whole.ToList();
            for (var edits = dice.Int(1, 4); edits > 0; edits--)
            {
                var (at, count) = (dice.Int(2, bytes.Count - 1), dice.Int(1, 8));
                switch (dice.Int(0, 4))
                {
                    case 0: bytes.RemoveRange(at, Math.Min(count, bytes.Count - at)); break;
                    case 1: bytes.InsertRange(at, Enumerable.Range(0, count).Select(_ => (byte)dice.Int(0, 255))); break;
                    default: bytes[at] = (byte)dice.Int(0, 255); break;
                }

                while (bytes.Count < 3) bytes.Add(0);
            }

            byte[] damaged = [.. bytes];
            if (whole == Png && dice.Coin()) Checksums(damaged);
            try
            {
                var image = ImageFile.Read(damaged, dice.Of(1, 3), "a.png");
                Assert.Equal(image.Height * image.Width * image.Channels, image.Pixels.Length);
                read++;
            }
            catch (LabException e)
            {
                Assert.StartsWith("a.png: ", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.GetType().Name}", e);
            }
        }

        Assert.True(read > 50 && refused > 100, $"{read} read, {refused} refused");
    }

    /// <summary>As whoever wants to harm would have them.</summary>
    static void Checksums(Span<byte> file)
    {
        for (var rest = file[8..]; rest.Length >= 12;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - 12) return;
            BinaryPrimitives.WriteUInt32BigEndian(rest[(8 + (int)length)..], Crc32.HashToUInt32(rest.Slice(4, 4 + (int)length)));
            rest = rest[(12 + (int)length)..];
        }
    }
}
