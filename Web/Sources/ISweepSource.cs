using Grid.Sweeps.Results;

namespace Grid.Web.Sources;

/// <summary>Where the sweeps of a page come from: a folder of results, or a cluster.</summary>
public interface ISweepSource
{
    /// <summary>The heading of the page, such as the name of the folder or the cluster.</summary>
    string Place { get; }

    /// <summary>The name of the person who asks; empty if nobody must sign in.</summary>
    string Viewer => "";

    /// <summary>Every sweep, the newest first.</summary>
    Task<IReadOnlyList<SweepOverview>> Sweeps(CancellationToken ct);

    /// <summary>The progress of a sweep; null if no sweep has that id.</summary>
    Task<SweepDetail?> Sweep(string id, CancellationToken ct);

    /// <summary>The findings of a sweep so far, at most a few seconds old as long as they are cheap to make; null if no sweep has that
    /// id.</summary>
    Task<SweepFound?> Findings(string id, CancellationToken ct);

    /// <summary>The workers that compute; empty if none is known.</summary>
    Task<IReadOnlyList<WorkerOverview>> Workers(CancellationToken ct);

    /// <summary>The first images behind a cell, made again; null where there is no such cell.</summary>
    /// <param name="count">Most samples.</param>
    /// <exception cref="Presentation.CommandLine.RefusedException">The cell has no images, or they would take long to make.</exception>
    Task<SampleImages?> Images(string id, string cell, int count, CancellationToken ct);

    /// <summary>Carries out an action on a sweep; <see cref="SweepDetail.Actions"/> says which ones are allowed.</summary>
    /// <returns>The outcome, in one line.</returns>
    /// <exception cref="Presentation.CommandLine.RefusedException">The action is not allowed, or not now.</exception>
    Task<string> Act(string id, SweepAction action, CancellationToken ct);
}

/// <summary>What a person may do to a sweep.</summary>
public enum SweepAction { Pause, Resume, Stop, Cancel, Retry }
