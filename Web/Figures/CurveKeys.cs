namespace Grid.Web.Figures;

/// <summary>One of eight colours and one of eight markers, which distinguish a curve wherever it is drawn.</summary>
public readonly record struct CurveKey(int Colour, int Marker)
{
    public const int Colours = 8;

    /// <summary>The key with a number. The first eight keys differ in colour and in marker; sixty-four differ in at least one of the
    /// two.</summary>
    public static CurveKey Of(int index) => new(index % Colours, (index + index / Colours) % Colours);

    /// <summary>The id of its marker in a page.</summary>
    public string Id => FormattableString.Invariant($"k{Colour}{Marker}");
}

/// <summary>Gives a key to each subject of curves, such as a defense, in the order in which they appear in a sweep.</summary>
public sealed class CurveKeys(IEnumerable<string> labels)
{
    readonly Dictionary<string, int> _indices = labels.Distinct().Index().ToDictionary(l => l.Item, l => l.Index);

    public CurveKey this[string label] => CurveKey.Of(_indices.GetValueOrDefault(label));
}
