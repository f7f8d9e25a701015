using Grid.Presentation.Documents;
using Grid.Web.Sources;

namespace Grid.Web.Api;

/// <summary>Turns the answers of a source into documents.</summary>
static class SweepDocuments
{
    public static SweepDocument Of(SweepOverview s) => new(
        s.Id, s.Name, s.State, s.Owner, s.Priority, s.Cells, s.Done, s.Failed, s.Running, s.CellsPerSecond, s.Remaining?.TotalSeconds,
            s.Submitted, s.Finished, s.Changed);

    public static StatusDocument Of(SweepDetail s) => new(
        Of(s.Overview), s.Reason, [.. s.Running.Select(r => new WorkDocument(r.Worker, r.Doing))],
        [.. s.Failures.Select(f => new FailureDocument(f.Cell, f.Reason, f.Kind))],
        [.. s.Actions.Select(a => a.ToString().ToLowerInvariant())]);

    public static WorkerDocument Of(WorkerOverview w) => new(w.Worker, w.Device, w.State, w.Doing, w.Cells, w.CellsPerHour, w.Seen);
}
