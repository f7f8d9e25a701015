using System.Diagnostics;

namespace Grid.Grains.Telemetry;

/// <summary>The source of traces that follow groups of cells: submitted, leased, run, completed.</summary>
public static class Traces
{
    public const string Name = "Grid";

    public static readonly ActivitySource Source = new(Name);
}
