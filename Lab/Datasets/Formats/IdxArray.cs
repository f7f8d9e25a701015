using System.Buffers.Binary;

namespace Grid.Lab.Datasets.Formats;

/// <summary>An array of unsigned bytes in the IDX format: 0, 0, 8, rank, then each length as a big-endian int32, then the values.</summary>
/// <param name="Header">The header as it stands in the file.</param>
/// <param name="Lengths">The length of each dimension.</param>
/// <param name="Values">The values, the last index changing fastest.</param>
sealed record IdxArray(byte[] Header, int[] Lengths, byte[] Values)
{
    /// <summary>Reads an array.</summary>
    /// <param name="content">The uncompressed content.</param>
    /// <param name="rank">The expected number of dimensions: 3 for images, 1 for labels.</param>
    /// <param name="largest">The most values that the file can hold, judged by its size on disk.</param>
    /// <param name="file">The file, as errors name it.</param>
    public static IdxArray Read(Stream content, int rank, long largest, string file)
    {
        var header = new byte[4 + (4 * rank)];
        try
        {
            int read = content.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (read < 4 || !(header[..3] is [0, 0, 8] && header[3] == rank))
            {
                string magic = Convert.ToHexStringLower(header, 0, Math.Min(read, 4));
                throw new LabException(
                    $"{file}: begins with {magic}, expected 000008{rank:x2}: unsigned bytes in {rank} dimension(s) as IDX.");
            }
            var lengths = new int[rank];
            long count = 1;
            for (int i = 0; i < rank && read == header.Length; i++)
            {
                lengths[i] = BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 + (4 * i)));
                count = lengths[i] > 0 && count <= Array.MaxLength ? count * lengths[i] : 0;
            }
            if (read < header.Length || count == 0 || count > Array.MaxLength || count > largest)
            {
                throw new LabException($"{file}: its header declares {string.Join(" x ", lengths)} values, which the file cannot hold.");
            }
            var values = new byte[count];
            read = content.ReadAtLeast(values, values.Length, throwOnEndOfStream: false);
            if (read < values.Length || content.ReadByte() >= 0)
            {
                string found = read < values.Length ? $"only {read}" : "more";
                throw new LabException($"{file}: its header declares {count} values, but {found} follow.");
            }
            return new IdxArray(header, lengths, values);
        }
        catch (InvalidDataException e)
        {
            throw new LabException($"{file}: its gzip content is damaged or truncated: fetch it again.", e);
        }
    }
}
