using Grid.Sweeps.Results;

namespace Grid.Web.Sources;

/// <summary>Where the sweeps of a page come from: a folder of results, or a cluster.</summary>
public interface ISweepSource
{
    /// <summary>What the page is headed with, such as the folder or the cluster.</summary>
    string Place { get; }

    /// <summary>Who asks; empty where nobody has to say who he is.</summary>
    string Viewer => "";

    /// <summary>Every sweep, the newest first.</summary>
    Task<IReadOnlyList<SweepOverview>> Sweeps(CancellationToken ct);

    /// <summary>How far a sweep is; null where there is none of that id.</summary>
    Task<SweepDetail?> Sweep(string id, CancellationToken ct);

    /// <summary>What a sweep has found so far, a few seconds old at most while it is cheap to make; null where there is none of that
    /// id.</summary>
    Task<SweepFound?> Findings(string id, CancellationToken ct);

    /// <summary>Who computes; empty where nobody is known.</summary>
    Task<IReadOnlyList<WorkerOverview>> Workers(CancellationToken ct);

    /// <summary>The first images behind a cell, made again; null where there is no such cell.</summary>
    /// <param name="count">Most samples.</param>
    /// <exception cref="Presentation.CommandLine.RefusedException">The cell has no images, or they would take long to make.</exception>
    Task<SampleImages?> Images(string id, string cell, int count, CancellationToken ct);

    /// <summary>Does to a sweep what <see cref="SweepDetail.Actions"/> allows.</summary>
    /// <returns>What came of it, in a line.</returns>
    /// <exception cref="Presentation.CommandLine.RefusedException">It may not be done, or not now.</exception>
    Task<string> Act(string id, SweepAction action, CancellationToken ct);
}

/// <summary>What a person may want done to a sweep.</summary>
public enum SweepAction { Pause, Resume, Stop, Cancel, Retry }
