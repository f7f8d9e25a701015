using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Grid.Lab.Tests.Datasets;

/// <summary>Writes what numpy.savez would.</summary>
static class Npz
{
    public static byte[] Array<T>(string type, string shape, params T[] values)
        where T : unmanaged => Array(type, shape, order: "False", MemoryMarshal.AsBytes<T>(values));

    public static byte[] Array(string type, string shape, string order, ReadOnlySpan<byte> values)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': {order}, 'shape': ({shape}), }}";
        header = header.PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. values];
    }

    /// <summary>Stored, as numpy.savez does, so that a test can find the values.</summary>
    public static byte[] Archive(params (string Name, byte[] Content)[] arrays)
    {
        using var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (var (name, content) in arrays)
            {
                using var entry = archive.CreateEntry(name + ".npy", CompressionLevel.NoCompression).Open();
                entry.Write(content);
            }
        }
        return bytes.ToArray();
    }
}
