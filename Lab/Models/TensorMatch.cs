using System.Text.RegularExpressions;
using Grid.Compute;

namespace Grid.Lab.Models;

/// <summary>Finds which tensor of a file is which parameter. Names decide first: they are the same, or they match layer for layer. A layer
/// is the tensors that have all but the last part of their names in common, its kind is their shapes, and layers of a kind follow each
/// other by the numbers in their names. Shapes alone decide where names say nothing and no two shapes are alike. Where two readings are
/// possible, none is taken.</summary>
/// <param name="path">The path of the file, for messages.</param>
/// <param name="data">The name of the data set, for messages.</param>
sealed partial class TensorMatch(string path, string data, IReadOnlyList<NamedTensor> tensors, IReadOnlyList<ParameterSpec> specs)
{
    static readonly Dictionary<string, string> Parts = new(StringComparer.Ordinal)
    {
        ["weight"] = "weight",
        ["bias"] = "bias",
        ["running_mean"] = "running_mean",
        ["running_var"] = "running_var",
        ["gamma"] = "weight",
        ["beta"] = "bias",
        ["class_token"] = "class_token",
        ["cls_token"] = "class_token",
        ["positions"] = "positions",
        ["pos_embed"] = "positions",
    };

    /// <summary>A layer, with its tensors or parameters.</summary>
    /// <param name="Name">The part that its tensors' names have in common.</param>
    sealed record LayerOf<T>(string Name, IReadOnlyDictionary<string, T> Members, string Kind)
    {
        public string Scope => Name.LastIndexOf('.') is >= 0 and var dot ? Name[..dot] : "";
    }

    /// <summary>The values of the parameters, in their order.</summary>
    /// <param name="names">The names of the layers in the file, in the order of the architecture's; null to find them.</param>
    /// <exception cref="LabException">The tensors do not fit the parameters, or fit them in two ways.</exception>
    public IReadOnlyList<float[]> Values(IReadOnlyList<string>? names = null)
    {
        if (tensors.Count != specs.Count
            || !Shapes(tensors.Select(t => t.Shape)).SequenceEqual(Shapes(specs.Select(s => s.Shape.ToArray())))) throw Others();
        if (names is not null) return ByGivenNames(names);
        return BySameNames() ?? ByLayers() ?? ByShapes() ?? throw Ambiguous("their names do not tell");
    }

    float[][]? BySameNames()
    {
        // "model." or "module." before all of them says nothing.
        var first = tensors[0].Name.IndexOf('.', StringComparison.Ordinal) + 1;
        var common = first > 0 && tensors.All(t => t.Name.StartsWith(tensors[0].Name[..first], StringComparison.Ordinal)) ? first : 0;
        foreach (var cut in new[] { 0, common })
        {
            var own = tensors.ToDictionary(t => t.Name[cut..], StringComparer.Ordinal);
            if (specs.All(s => own.TryGetValue(s.Name, out var t) && s.Shape.Equals(Shape.From(t.Shape))))
                return [.. specs.Select(s => own[s.Name].Values)];
        }

        return null;
    }

    float[][]? ByLayers()
    {
        if (tensors.Any(t => !Parts.ContainsKey(Last(t.Name)))) return null;
        var file = Layers(tensors, t => t.Name, t => t.Shape);
        var own = Layers(specs, s => s.Name, s => s.Shape.ToArray());
        var found = new Dictionary<string, NamedTensor>(StringComparer.Ordinal);
        foreach (var kind in own.GroupBy(l => l.Kind))
        {
            var same = file.Where(l => l.Kind == kind.Key).ToList();
            if (same.Count != kind.Count()) throw Others();
            foreach (var (layer, other) in kind.Zip(Ordered(same, [.. kind])))
                foreach (var (part, spec) in layer.Members) found[spec.Name] = other.Members[part];
        }

        return [.. specs.Select(s => found[s.Name].Values)];
    }

    /// <summary>Orders layers of one kind as the architecture's, by the scopes that they lie in together and the numbers in their
    /// names.</summary>
    List<LayerOf<NamedTensor>> Ordered(List<LayerOf<NamedTensor>> file, List<LayerOf<ParameterSpec>> own)
    {
        if (file.Count == 1) return file;
        var (theirs, ours) = (file.GroupBy(l => l.Scope).ToList(), own.GroupBy(l => l.Scope).ToList());
        if (!theirs.Select(s => s.Count()).Order().SequenceEqual(ours.Select(s => s.Count()).Order())) return Numbered(file, l => l.Name);
        var places = new Dictionary<string, List<LayerOf<NamedTensor>>>(StringComparer.Ordinal);
        foreach (var size in ours.GroupBy(s => s.Count()))
            foreach (var (mine, other) in size.Zip(Numbered([.. theirs.Where(s => s.Count() == size.Key)], s => s.Key)))
                places[mine.Key] = Numbered([.. other], l => l.Name);
        return [.. own.Select(l => places[l.Scope][ours.Single(s => s.Key == l.Scope).ToList().IndexOf(l)])];
    }

    /// <summary>Items in natural order, if each name differs from the next by numbers alone.</summary>
    List<T> Numbered<T>(List<T> items, Func<T, string> name)
    {
        var ordered = items.OrderBy(i => name(i), Comparer<string>.Create(Natural)).ToList();
        for (var i = 1; i < ordered.Count; i++)
        {
            var (a, b) = (Chunks(name(ordered[i - 1])), Chunks(name(ordered[i])));
            var differs = a.Zip(b).TakeWhile(p => p.First == p.Second).Count();
            if (differs >= a.Count || differs >= b.Count || !char.IsAsciiDigit(a[differs][0]) || !char.IsAsciiDigit(b[differs][0]))
                throw Ambiguous($"{name(ordered[i - 1])} and {name(ordered[i])} have the same shapes, and their names do not tell");
        }

        return ordered;
    }

    float[][]? ByShapes() => tensors.Select(t => Shape.From(t.Shape)).Distinct().Count() == tensors.Count
        ? [.. specs.Select(s => tensors.Single(t => s.Shape.Equals(Shape.From(t.Shape))).Values)]
        : null;

    float[][] ByGivenNames(IReadOnlyList<string> names)
    {
        var own = Layers(specs, s => s.Name, s => s.Shape.ToArray());
        if (names.Count != own.Count)
            throw new LabException(
                $"{path}: {names.Count} names are given for {own.Count} layers with "
                + $"parameters: {string.Join(", ", own.Select(l => l.Name))}.");
        var found = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (layer, name) in own.Zip(names))
            foreach (var (part, spec) in layer.Members)
            {
                var wanted = name.Length == 0 ? part : $"{name}.{part}";
                found[spec.Name] =
                    tensors.FirstOrDefault(t => Canonical(t.Name) == wanted && spec.Shape.Equals(Shape.From(t.Shape)))?.Values
                        ?? throw new LabException($"{path}: holds no {wanted} {spec.Shape}, which the layer {layer.Name} needs.");
            }

        return [.. specs.Select(s => found[s.Name])];
    }

    static string Canonical(string name) => Parts.TryGetValue(Last(name), out var part) ? name[..^Last(name).Length] + part : name;

    static List<LayerOf<T>> Layers<T>(IEnumerable<T> items, Func<T, string> name, Func<T, int[]> shape) =>
        [.. items.GroupBy(i => name(i) is var full && full.LastIndexOf('.') is >= 0 and var dot ? full[..dot] : "")
            .Select(layer => new LayerOf<T>(
                layer.Key, layer.ToDictionary(i => Parts[Last(name(i))]),
                string.Join(" ",
                    layer.Select(i => $"{Parts[Last(name(i))]}[{string.Join(",", shape(i))}]").Order(StringComparer.Ordinal))))];

    static string Last(string name) => name[(name.LastIndexOf('.') + 1)..];

    static IEnumerable<string> Shapes(IEnumerable<int[]> shapes) => shapes.Select(s => string.Join(",", s)).Order(StringComparer.Ordinal);

    static int Natural(string a, string b)
    {
        foreach (var (x, y) in Chunks(a).Zip(Chunks(b)))
        {
            var order = char.IsAsciiDigit(x[0]) && char.IsAsciiDigit(y[0])
                ? decimal.Parse(x, null).CompareTo(decimal.Parse(y, null))
                : string.CompareOrdinal(x, y);
            if (order != 0) return order;
        }

        return Chunks(a).Count.CompareTo(Chunks(b).Count);
    }

    static List<string> Chunks(string name) => [.. Runs().Matches(name).Select(m => m.Value)];

    [GeneratedRegex("[0-9]{1,20}|[^0-9]+")]
    private static partial Regex Runs();

    LabException Others()
    {
        var norms = tensors.Where(t => t.Name.EndsWith("running_mean", StringComparison.Ordinal)).ToList();
        var remedy = norms.Count > 0 && specs.All(s => s.Trained)
            ? $"The file has batch norm ({norms[0].Name[..norms[0].Name.LastIndexOf('.')]}), the architecture has none: "
                + "describe it with layers: (docs/own-models.md), or export the model to ONNX."
            : "Name its architecture, describe it with layers: (docs/own-models.md), or export the model to ONNX.";
        return new(
            $"{path} holds {string.Join(" ", tensors.Select(t => $"{t.Name} {Shape.From(t.Shape)}"))}, "
            + $"but its architecture on {data} needs {string.Join(" ", specs.Select(s => $"{s.Name} {s.Shape}"))}. {remedy}");
    }

    LabException Ambiguous(string why) => new(
        $"{path}: can be read in two ways: {why}. Give names: [...], "
        + "one for each "
        + $"of {string.Join(", ", specs.Select(s => s.Name.LastIndexOf('.') is >= 0 and var dot ? s.Name[..dot] : s.Name).Distinct())}, "
        + "or export the model to ONNX.");
}
