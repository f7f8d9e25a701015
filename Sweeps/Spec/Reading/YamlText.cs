using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec.Reading;

/// <summary>Text to the one mapping a sweep file is. Refuses what could blow up (aliases, depth, size) before a tree is built.</summary>
static class YamlText
{
    public const int LargestFile = 1 << 20;
    public const string TooLarge = "the file is over 1 MB; a sweep file is a page, use ranges for long axes";
    const int DeepestNesting = 20;
    const int LongestScalar = 4096;
    const int MostNodes = 50_000;

    public static YamlMappingNode Root(string text, Source source)
    {
        if (text.Length > LargestFile) throw source.Wrong(Mark.Empty, TooLarge);
        RefuseTabs(text, source);
        var stream = new YamlStream();
        var scanner = new Scanner(new StringReader(text));
        try
        {
            stream.Load(new Guard(new Parser(scanner), source));
        }
        catch (YamlException e)
        {
            throw source.Wrong(e.Start, $"not valid YAML: {Reworded(e)}");
        }
        catch (Exception e) when (e is not SpecException)
        {
            // The scanner meets some broken text with exceptions of its own, such as InvalidOperationException at a ':' within brackets.
            throw source.Wrong(scanner.CurrentPosition, "not valid YAML; check indentation, brackets and quotes");
        }
        if (stream.Documents.Count == 0)
            throw source.Wrong(Mark.Empty, "the file is empty; a sweep needs at least name, dataset, model, attack and strength");
        var root = stream.Documents[0].RootNode;
        return root as YamlMappingNode
            ?? throw source.Wrong(root, "a sweep file is a mapping; write lines such as 'name: my-sweep'");
    }

    static void RefuseTabs(string text, Source source)
    {
        var line = 0;
        foreach (var row in text.AsSpan().EnumerateLines())
        {
            line++;
            var indent = row[..(row.Length - row.TrimStart(" \t").Length)];
            var tab = indent.IndexOf('\t');
            if (tab >= 0 && indent.Length < row.Length && row[indent.Length] != '#')
                throw source.Wrong(new Mark(0, line, tab + 1), "a tab in the indentation; YAML wants spaces");
        }
    }

    static string Reworded(YamlException e)
    {
        var message = (e.InnerException as YamlException ?? e).Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return message.StartsWith("Duplicate key", StringComparison.Ordinal)
            ? "a key stands here twice; remove one"
            : $"{char.ToLowerInvariant(message[0])}{message[1..]}; check indentation, brackets and quotes";
    }

    sealed class Guard(Parser inner, Source source) : IParser
    {
        int _depth;
        int _nodes;
        int _documents;

        public ParsingEvent? Current => inner.Current;

        public bool MoveNext()
        {
            if (!inner.MoveNext()) return false;
            Check(inner.Current!);
            return true;
        }

        void Check(ParsingEvent e)
        {
            if (e is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                throw source.Wrong(e.Start, "anchors and aliases are not taken; write the value out");
            if (e is NodeEvent { Tag.IsEmpty: false })
                throw source.Wrong(e.Start, "tags are not taken; remove the '!'");
            if (e is NodeEvent && ++_nodes > MostNodes)
                throw source.Wrong(e.Start, "the file holds over 50,000 values; a sweep file is a page, use ranges for long axes");
            if (e is YamlDotNet.Core.Events.Scalar { Value.Length: > LongestScalar })
                throw source.Wrong(e.Start, $"a text of over {LongestScalar} characters; shorten it");
            if (e is DocumentStart && ++_documents > 1)
                throw source.Wrong(e.Start, "a second document begins here; a file holds one sweep");
            if (e is MappingStart or SequenceStart && ++_depth > DeepestNesting)
                throw source.Wrong(e.Start, $"nested more than {DeepestNesting} deep");
            if (e is MappingEnd or SequenceEnd) _depth--;
        }
    }
}
