using System.Text.Json;

namespace Grid.Sweeps.Journals;

/// <summary>One line of a journal.</summary>
public static class JournalLine
{
    /// <summary>With its line feed.</summary>
    public static byte[] Of<T>(T value) => [.. JsonSerializer.SerializeToUtf8Bytes(value, ResultJson.Options), (byte)'\n'];

    /// <param name="number">From 1.</param>
    /// <exception cref="JournalException">The line is damaged.</exception>
    public static T Read<T>(ReadOnlySpan<byte> line, string path, int number)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, ResultJson.Options) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new JournalException(
                $"{path}:{number}: the line is damaged ({Brief(e)}): restore the file, or delete the line to have its cell run again.", e);
        }
    }

    /// <summary>Without what System.Text.Json appends, path and position, which are of no use within one line.</summary>
    public static string Brief(Exception e) => e.Message.Split(" Path: ")[0].TrimEnd('.').ReplaceLineEndings(" ");
}
