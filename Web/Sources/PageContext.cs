namespace Grid.Web.Sources;

/// <summary>What stands above every page.</summary>
/// <param name="Place">Name of the place that the sweeps come from.</param>
/// <param name="Viewer">Name of the person who looks at the page; empty if nobody must sign in.</param>
public sealed record PageContext(string Place, string Viewer)
{
    public static PageContext Of(ISweepSource source) => new(source.Place, source.Viewer);
}
