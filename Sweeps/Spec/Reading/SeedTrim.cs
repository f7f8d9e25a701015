using System.Globalization;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>A sweep file as it would stand with fewer seeds: every other character stays as it is.</summary>
public static class SeedTrim
{
    const string Key = "seeds";

    /// <summary>The text without some seeds, in the file and in each of its parts.</summary>
    /// <param name="text">The text of a sweep file that can be read.</param>
    /// <param name="file">As it shall stand in messages.</param>
    /// <param name="left">The seeds that are left out.</param>
    /// <exception cref="SpecException">The seeds are written as a range, or a part would be left without.</exception>
    public static string Without(string text, string file, IReadOnlySet<int> left)
    {
        var source = new Source(file);
        var root = YamlText.Root(text, source);
        YamlMappingNode[] all = [root, .. Child(root, "parts") is YamlSequenceNode parts ? parts.OfType<YamlMappingNode>() : []];
        foreach (var node in all.Select(m => Child(m, Key)).OfType<YamlNode>().OrderByDescending(n => n.Start.Index))
        {
            var seeds = Seeds(node, source).Where(s => !left.Contains(s)).ToList();
            if (seeds.Count == 0) throw source.Wrong(node, "no seed of these would be left; write fewer by hand");
            var isCount = seeds.Index().All(s => s.Item == s.Index);
            text = string.Concat(text.AsSpan(0, (int)node.Start.Index), isCount ? Number(seeds.Count) : $"[{string.Join(", ",
                seeds.Select(Number))}]", text.AsSpan(End(text, node)));
        }

        return text;
    }

    static YamlNode? Child(YamlMappingNode mapping, string key) =>
        mapping.Children.FirstOrDefault(c => c.Key is YamlScalarNode { Value: var name } && name == key).Value;

    // The reader gives a list the end of its beginning.
    static int End(string text, YamlNode node) => node is YamlSequenceNode { Children: [.., var last] }
        ? text.IndexOf(']', (int)last.End.Index) + 1 : (int)node.End.Index;

    static IEnumerable<int> Seeds(YamlNode node, Source source) => node switch
    {
        YamlScalarNode { Value: { } count } when int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
            Enumerable.Range(0, number),
        YamlSequenceNode { Style: SequenceStyle.Flow } list => list.Select(i => i is YamlScalarNode { Value: { } seed }
            && int.TryParse(seed, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw source.Wrong(i, Form)),
        _ => throw source.Wrong(node, Form),
    };

    const string Form = "seeds can be left out of a number or of a list in brackets alone; write them so";

    static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
