using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>The pairs of a mapping, keys as plain names, each once.</summary>
static class MappingKeys
{
    public static IReadOnlyList<(string Name, YamlNode Key, YamlNode Value)> Of(YamlMappingNode node, Source source)
    {
        var seen = new HashSet<string>();
        var pairs = new List<(string, YamlNode, YamlNode)>(node.Children.Count);
        foreach (var (key, value) in node.Children)
        {
            if (key is not YamlScalarNode { Value: { Length: > 0 } name }) throw source.Wrong(key, "a key must be a name");
            if (!seen.Add(name)) throw source.Wrong(key, $"{Source.Quote(name)} stands here twice; remove one");
            pairs.Add((name, key, value));
        }
        return pairs;
    }
}
