using System.Text;

namespace Grid.Lab;

/// <summary>How names in code become names in a sweep file.</summary>
static class NameCase
{
    /// <summary>Writes noiseStd as noise_std, for parameters.</summary>
    public static string Snake(string name) => Separate(name, '_');

    /// <summary>Writes RandomStart as random-start, for the values of an enumeration.</summary>
    public static string Kebab(string name) => Separate(name, '-');

    static string Separate(string name, char separator)
    {
        var words = new StringBuilder();
        foreach (var c in name)
        {
            if (char.IsUpper(c) && words.Length > 0) words.Append(separator);
            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString();
    }
}
