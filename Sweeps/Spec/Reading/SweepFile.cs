using System.Text;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Files;
using YamlDotNet.Core;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>Reads sweep files, from the text to what it asks for.</summary>
public static class SweepFile
{
    /// <summary>Reads the text of a sweep file.</summary>
    /// <param name="text">The text of the file, in YAML.</param>
    /// <param name="fileName">The name of the file, as messages show it.</param>
    /// <param name="vocabulary">All names that a sweep file may use.</param>
    /// <exception cref="SpecException">Anything is wrong with the text.</exception>
    public static SweepSpec Parse(string text, string fileName, Vocabulary vocabulary) => new SpecReader(text, fileName, vocabulary).Read();

    /// <summary>Reads a sweep file.</summary>
    /// <param name="path">The path of the file.</param>
    /// <param name="vocabulary">All names that a sweep file may use.</param>
    /// <exception cref="SpecException">The file cannot be read, or anything is wrong with it.</exception>
    public static SweepSpec Load(string path, Vocabulary vocabulary)
    {
        // Standard input and what a shell puts in the place of <(...) are there to be read, once and to a bound.
        if (EndlessFile.MayBe(path) && !path.StartsWith("/dev/", StringComparison.Ordinal))
            throw new SpecException(
                $"{path}: {EndlessFile.What}; name a file with at least name, dataset, model, attack and strength");
        try
        {
            // Read no more than it takes to see that it is too long.
            using var stream = File.OpenRead(path);
            var bytes = new byte[YamlText.LargestFile + 1];
            var length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            if (length > YamlText.LargestFile) throw new Source(path).Wrong(Mark.Empty, YamlText.TooLarge);
            using var reader = new StreamReader(new MemoryStream(bytes, 0, length), new UTF8Encoding(false, throwOnInvalidBytes: true));
            return Parse(reader.ReadToEnd(), path, vocabulary);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SpecException($"{path}: there is no such file; check the path");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SpecException($"{path}: cannot be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            throw new Source(path).Wrong(Mark.Empty, "not UTF-8 text; save it as UTF-8");
        }
    }
}
