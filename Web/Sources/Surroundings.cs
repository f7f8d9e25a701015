namespace Grid.Web.Sources;

/// <summary>What stands above every page.</summary>
/// <param name="Place">Where its sweeps come from.</param>
/// <param name="Viewer">Who looks at it; empty where nobody has to say who he is.</param>
public sealed record Surroundings(string Place, string Viewer)
{
    public static Surroundings Of(ISweepSource source) => new(source.Place, source.Viewer);
}
