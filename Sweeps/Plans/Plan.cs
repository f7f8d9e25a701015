using Grid.Sweeps.Cells;
using Grid.Sweeps.Spec;

namespace Grid.Sweeps.Plans;

/// <summary>
/// All cells of a sweep, each once. Groups stand in the order of <see cref="Axis.Order"/>, the last axis changing fastest; strengths
/// ascend within a group, and its first cell is the control, strength 0.
/// </summary>
public sealed class Plan
{
    /// <summary>More cells are refused: the plan is held in memory, at some 300 bytes a cell.</summary>
    public const int Largest = 100_000_000;

    internal Plan(string name, string version, IReadOnlyList<PlannedCell> cells, IReadOnlyList<Group> groups, string hash8, int models,
        IReadOnlyList<PlannedAxis> axes, IReadOnlyList<PlannedContent> contents, IReadOnlyList<PlannedPlugin> plugins)
    {
        (Name, Version, Cells, Groups) = (name, version, cells, groups);
        (Hash8, Models, Axes, Contents, Plugins) = (hash8, models, axes, contents, plugins);
    }

    /// <summary>The name of the sweep.</summary>
    public string Name { get; }

    /// <summary>The <c>LabVersion</c> that the cells are of.</summary>
    public string Version { get; }

    /// <summary>All cells, in the order of the plan.</summary>
    public IReadOnlyList<PlannedCell> Cells { get; }

    /// <summary>The cells bundled to groups that are run as one.</summary>
    public IReadOnlyList<Group> Groups { get; }

    /// <summary>8 hex digits that depend on which cells there are, not on their order nor on how the file is written.</summary>
    public string Hash8 { get; }

    /// <summary>Name of the folder of results.</summary>
    public string Folder => $"{Name}-{Hash8}";

    /// <summary>Distinct (dataset, model, training, poison, defense, seed): what is trained if no cell poisons by itself.</summary>
    public int Models { get; }

    /// <summary>What is left on each axis, strength last.</summary>
    public IReadOnlyList<PlannedAxis> Axes { get; }

    /// <summary>The hashes that went into the cells: with them, the plan can be made again where the files are not.</summary>
    public IReadOnlyList<PlannedContent> Contents { get; }

    /// <summary>The plugins that went into the cells, by the values that use them; empty where all is Grid's own.</summary>
    public IReadOnlyList<PlannedPlugin> Plugins { get; }

    /// <param name="spec">The sweep.</param>
    /// <param name="content">Hash of the files behind a dataset and a model, see <see cref="CellId.Of"/>; asked once for each pair.</param>
    /// <param name="version">Raised whenever numbers change.</param>
    /// <param name="plugins">The plugins behind a value of an axis; none unless given.</param>
    /// <exception cref="SpecException">The sweep has more than <see cref="Largest"/> cells, <c>exclude</c> leaves none of them, or
    /// <c>when</c> sets what a combination does not have.</exception>
    public static Plan Of(
        SweepSpec spec, Func<Choice, Choice, string> content, string version, Func<string, Choice, IEnumerable<PlannedPlugin>>? plugins = null) =>
        new Planner(spec, content, version, plugins ?? ((_, _) => [])).Plan();
}

/// <summary>The distinct values an axis takes, in canonical text.</summary>
public sealed record PlannedAxis(string Name, IReadOnlyList<string> Values);

/// <summary>Hash of the files behind a dataset and a model, which are given in canonical text.</summary>
public sealed record PlannedContent(string Dataset, string Model, string Hash);

/// <summary>A plugin behind one value of an axis.</summary>
/// <param name="Axis">The axis.</param>
/// <param name="Choice">The value on it, in canonical text.</param>
/// <param name="Assembly">What the plugin is called.</param>
/// <param name="Sha256">Of the plugin's file: part of the identity of the cells with this value.</param>
public sealed record PlannedPlugin(string Axis, string Choice, string Assembly, string Sha256);
