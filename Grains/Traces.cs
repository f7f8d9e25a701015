using System.Diagnostics;

namespace Grid.Grains;

/// <summary>The way of groups of cells, for whoever listens: submitted, leased, run, completed.</summary>
public static class Traces
{
    public const string Name = "Grid";

    public static readonly ActivitySource Source = new(Name);
}
