using System.Text;
using System.Text.Json;

namespace Grid.Sweeps.Journals;

/// <summary>
/// One line of a journal, or a file of one line: a JSON object whose last member, <c>sum</c>, is the <see cref="Checksum"/> of all that
/// stands before it. Lines without one, as an older version or a person wrote them, are taken as they are.
/// </summary>
public static class JournalLine
{
    /// <summary>A value as one line, with its checksum and its line feed.</summary>
    /// <param name="value">The value.</param>
    public static byte[] Of<T>(T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value, ResultJson.Options).AsSpan()[..^1];
        return [.. json, .. Key, .. Encoding.ASCII.GetBytes(Checksum.Of(json)), .. "\"}\n"u8];
    }

    /// <summary>Reads one line of a journal.</summary>
    /// <param name="line">The bytes of the line, without its end.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="number">The number of the line, from 1.</param>
    /// <exception cref="JournalException">The line is damaged.</exception>
    public static T Read<T>(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return Parse<T>(line);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new JournalException(
                $"{path}:{number}: the line is damaged ({Brief(e)}): restore the file, or delete the line to have its cell run again.", e);
        }
    }

    /// <summary>Reads one line of a journal.</summary>
    /// <exception cref="JsonException">The line is damaged, or is no such line; a <see cref="FormatException"/> says the same.</exception>
    /// <param name="line">The bytes of the line, without its end.</param>
    public static T Parse<T>(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r\n"u8);
        var value = JsonSerializer.Deserialize<T>(line, ResultJson.Options) ?? throw new JsonException("null");
        return IsSound(line) ? value : throw new JsonException("its checksum does not fit");
    }

    /// <summary>Whether a line holds nothing but white space, so that there is nothing to read.</summary>
    /// <param name="line">The bytes of the line, without its end.</param>
    public static bool IsEmpty(ReadOnlySpan<byte> line) => line.Trim(" \t\r"u8).IsEmpty;

    /// <summary>The message of an error, without the path and position that System.Text.Json appends: they are of no use within one
    /// line.</summary>
    /// <param name="e">The error.</param>
    public static string Brief(Exception e) => e.Message.Split(" Path: ")[0].TrimEnd('.').ReplaceLineEndings(" ");

    static ReadOnlySpan<byte> Key => ",\"sum\":\""u8;

    static bool IsSound(ReadOnlySpan<byte> line)
    {
        var at = line.Length - Key.Length - Checksum.Length - 2;
        if (at < 0 || !line[at..].StartsWith(Key) || !line.EndsWith("\"}"u8)) return true;
        return Checksum.Fits(line[..at], line.Slice(at + Key.Length, Checksum.Length));
    }
}
