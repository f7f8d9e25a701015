using Grid.Lab.Catalog;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Catalog;

/// <summary>Choices from the catalogue as a sweep file would make them, so that a new entry is tested as soon as it is there.</summary>
static class Choices
{
    /// <summary>Values for parameters that have no default.</summary>
    static readonly Dictionary<(string Category, string Entry, string Parameter), ParameterValue> Required = new()
    {
        [(Category.Defense, "friends", "noise_std")] = 8,
        [(Category.Defense, "friends", "clip_threshold")] = 8,
        [(Category.Defense, "gradient-shaping", "noise_std")] = 8,
        [(Category.Defense, "gradient-shaping", "clip_threshold")] = 8,
        [(Category.Defense, "chain", "defenses")] = new Many([new Choice("none")]),
        [(Category.Dataset, "subset", "of")] = new Choice("digits"),
        [(Category.Model, "file", "path")] = "model.safetensors",
        [(Category.Dataset, "images", "path")] = "folder",
        [(Category.Model, "onnx", "path")] = "model.onnx",
        [(Category.Model, "layers", "layers")] = new Many(
            [new Choice("flatten", [("order", "chw")]), new Choice("dense", [("out", new Absent()), ("bias", true)])]),
        [(Category.Layer, "conv", "out")] = 4,
        [(Category.Layer, "transposed-conv", "out")] = 4,
        [(Category.Layer, "normalize", "mean")] = new Many([0.5]),
        [(Category.Layer, "normalize", "std")] = new Many([0.25]),
        [(Category.Layer, "patches", "size")] = 4,
        [(Category.Layer, "patches", "width")] = 8,
        [(Category.Layer, "residual", "layers")] = new Many([new Choice("relu")]),
        [(Category.Dataset, "csv", "path")] = "data.csv",
        [(Category.Dataset, "idx", "path")] = "folder",
        [(Category.Dataset, "npz", "path")] = "data.npz",
    };

    public static IEnumerable<Entry> All => new[]
    {
        Category.Dataset, Category.Model, Category.Layer, Category.Attack, Category.Defense, Category.Optimizer, Category.Schedule,
        Category.Training, Category.Evaluation,
    }.SelectMany(Catalogue.Vocabulary.In);

    /// <summary>Every parameter at its default unless given.</summary>
    public static Choice Of(string category, string name, params (string Name, ParameterValue Value)[] settings)
    {
        var entry =
            Catalogue.Vocabulary.Find(category, name) ?? throw new ArgumentException($"There is no {category} {name}.", nameof(name));
        Assert.All(settings, s => Assert.Contains(s.Name, entry.Parameters.Select(p => p.Name)));
        return new(name, entry.Parameters.Select(p => (p.Name, Given(p) ?? p.Default ?? Required[(category, name, p.Name)])));

        ParameterValue? Given(Parameter parameter) => settings.FirstOrDefault(s => s.Name == parameter.Name).Value;
    }

    public static T Create<T>(string category, string name, params (string Name, ParameterValue Value)[] settings) =>
        Catalogue.Create<T>(Of(category, name, settings));

    /// <summary>The entry with its defaults, and once more for each other word or flag that a parameter may take.</summary>
    public static IEnumerable<Choice> Variants(Entry entry) =>
    [
        Of(entry.Category, entry.Name),
        .. from parameter in entry.Parameters
           from value in Values(parameter)
           where !value.Equals(parameter.Default)
           select Of(entry.Category, entry.Name, (parameter.Name, value)),
    ];

    static IEnumerable<ParameterValue> Values(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Word => parameter.Words?.Select(w => (ParameterValue)w) ?? [],
        ParameterKind.Flag => [true, false],
        _ => [],
    };

    /// <summary>The variants of a category (and kind), each under the short name that a legend would give it.</summary>
    public static Dictionary<string, Choice> Named(string category, AttackKind? kind = null) => Catalogue.Vocabulary.In(category)
        .Where(e => kind is null || e.Kind == kind)
        .SelectMany(Variants)
        .ToDictionary(c => Catalogue.Vocabulary.Label(category, c));
}
