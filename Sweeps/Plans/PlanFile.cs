using System.Text.Json;
using Grid.Sweeps.Files;

namespace Grid.Sweeps.Plans;

/// <summary>
/// What <c>plan.json</c> says of a plan, for people and programs: what is swept and how much there is of it. The plan itself is made again
/// from the copy of the sweep file beside it and the hashes here; <see cref="Hash"/> tells whether it is the same.
/// </summary>
/// <param name="Name">The name of the sweep.</param>
/// <param name="Hash">The hash of the plan, see <see cref="Plan.Hash8"/>.</param>
/// <param name="Version">The version of the science, see <see cref="Cells.CellId.Of"/>.</param>
/// <param name="Cells">The number of cells.</param>
/// <param name="Groups">The number of groups.</param>
/// <param name="Models">The number of networks to train, see <see cref="Plan.Models"/>.</param>
/// <param name="Axes">The values of every axis in canonical text; strength last.</param>
public sealed record PlanFile(
    string Name, string Hash, string Version, int Cells, int Groups, int Models, IReadOnlyDictionary<string, IReadOnlyList<string>> Axes)
{
    /// <summary>The name of the file in a folder of results.</summary>
    public const string FileName = "plan.json";

    /// <summary>The hashes of data and model files, see <see cref="Plan.Contents"/>; empty in files of earlier versions.</summary>
    public IReadOnlyList<PlannedContent> Contents { get; init; } = [];

    /// <summary>The plugins that the cells use, see <see cref="Plan.Plugins"/>; empty in files of earlier versions.</summary>
    public IReadOnlyList<PlannedPlugin> Plugins { get; init; } = [];

    /// <summary>The files that the results were made with; empty in files of earlier versions.</summary>
    public IReadOnlyList<InputFile> Files { get; init; } = [];

    /// <summary>When the sweep was first run; null in files of earlier versions.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>Whether results decide which cells are part of the sweep, so that there are fewer; false in files of earlier
    /// versions.</summary>
    public bool ByResults { get; init; }

    /// <summary>The names of classes, by the canonical text of their data set; data sets whose classes have numbers only are not in
    /// it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ClassNames { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>What the file says of a plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="files">The files that the plan was made from; null where none is noted.</param>
    public static PlanFile Of(Plan plan, IReadOnlyList<InputFile>? files = null) =>
        new(plan.Name, plan.Hash8, plan.Version, plan.Cells.Count, plan.Groups.Count, plan.Models,
            new OrderedDictionary<string, IReadOnlyList<string>>(plan.Axes.Select(a => KeyValuePair.Create(a.Name, a.Values))))
        {
            Contents = plan.Contents,
            Plugins = plan.Plugins,
            Files = files ?? [],
            ByResults = plan.DependsOnResults,
        };

    /// <summary>The plan, made from this file and the sweep file beside it alone; null where the two do not belong together.</summary>
    /// <param name="spec">The sweep.</param>
    public Plan? Restore(Spec.SweepSpec spec)
    {
        var hashes = Contents.ToDictionary(c => (c.Dataset, c.Model), c => c.Hash);
        var plugins = Plugins.ToLookup(p => (p.Axis, p.Choice));
        // What is not known gives other cells, and so another hash.
        var plan = Plan.Of(spec, (dataset, model) => hashes.GetValueOrDefault((dataset.ToString(), model.ToString()), ""), Version,
            (axis, choice) => plugins[(axis, choice.ToString())]);
        return plan.Hash8 == Hash ? plan : null;
    }

    /// <summary>A message that says which data set or model has changed since; null if none has.</summary>
    /// <param name="now">The plan as it is made today.</param>
    public string? Change(Plan now)
    {
        var changed = Contents.Join(now.Contents, c => (c.Dataset, c.Model), c => (c.Dataset, c.Model), (then, c) => (Then: then, Now: c))
            .FirstOrDefault(c => c.Then.Hash != c.Now.Hash);
        return Files.Select(f => f.Change()).FirstOrDefault(change => change is not null)
            ?? (changed.Then is null
                ? null
                : $"{changed.Then.Dataset}, {changed.Then.Model} has changed since these results were made: "
                    + $"the hash of its content was {changed.Then.Hash} and is {changed.Now.Hash}");
    }

    /// <summary>What <c>plan.json</c> in a folder says; null where there is no such file, or it is damaged.</summary>
    /// <param name="folder">The folder of the results.</param>
    public static PlanFile? Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            return EndlessFile.MayBe(path) ? null : Parse(File.ReadAllText(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The text of the file.</summary>
    public string Json() => JsonSerializer.Serialize(this, Options) + "\n";

    /// <summary>Reads the text of the file.</summary>
    /// <exception cref="JsonException">The text is no such file.</exception>
    /// <param name="json">The text of the file.</param>
    public static PlanFile Parse(string json) =>
        JsonSerializer.Deserialize<PlanFile>(json, Options) is { } file && file.IsSound ? file
            : throw new JsonException("plan.json holds nothing, or what no plan holds.");

    // The reader looks at members, and not at what is in lists.
    bool IsSound => Cells >= 0 && Groups >= 0 && Models >= 0 && Name.Length > 0
        && !Axes.Values.Concat(ClassNames.Values).Any(values => values is null || values.Contains(null!))
        && !Contents.Contains(null!) && !Plugins.Contains(null!) && !Files.Contains(null!)
        && Contents.DistinctBy(c => (c.Dataset, c.Model)).Count() == Contents.Count;
}
