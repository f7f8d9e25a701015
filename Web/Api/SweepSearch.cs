using Grid.Presentation;
using Grid.Presentation.CommandLine;
using Grid.Web.Sources;

namespace Grid.Web.Api;

/// <summary>There is no sweep of that name, or there are several. The message says which sweeps there are.</summary>
public sealed class SweepNotFoundException(string message) : Exception(message);

/// <summary>Finds sweeps of a source by the names that people use.</summary>
static class SweepSearch
{
    /// <exception cref="SweepNotFoundException">No sweep or several have this name.</exception>
    public static Task<SweepDetail> Detail(ISweepSource source, string name, CancellationToken ct) => Find(source, name, source.Sweep, ct);

    /// <inheritdoc cref="Detail"/>
    public static async Task<SweepReport> Findings(ISweepSource source, string name, CancellationToken ct) =>
        (await Find(source, name, source.Findings, ct)).Report;

    static async Task<T> Find<T>(ISweepSource source, string name, Func<string, CancellationToken, Task<T?>> ask, CancellationToken ct)
        where T : class
    {
        if (!SweepKey.IsPossible(name))
            throw new SweepNotFoundException("this is not a name of a sweep");
        if (await ask(name, ct) is { } found) return found;
        return await ask(Id(name, [.. (await source.Sweeps(ct)).Select(s => s.Id)], source.Place), ct)
            ?? throw new SweepNotFoundException($"There is no sweep {name}.");
    }

    static string Id(string name, IReadOnlyList<string> ids, string place)
    {
        try
        {
            return SweepNames.Find(name, ids, $"{place} has none");
        }
        catch (RefusedException e)
        {
            throw new SweepNotFoundException(e.Message);
        }
    }
}
