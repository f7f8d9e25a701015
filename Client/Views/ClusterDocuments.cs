using Grid.Contracts;
using Grid.Contracts.Reading;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Sweeps.Results;

namespace Grid.Client.Views;

/// <summary>Turns the answers of a cluster into documents.</summary>
static class ClusterDocuments
{
    public static SweepDocument Of(SweepLine s) => new(
        s.Sweep, SweepNames.Name(s.Sweep), StatusView.Word(s.Phase), s.Owner ?? "", s.Priority, s.Cells, s.Done, s.Failed, null, 0, null,
            s.Submitted, s.Finished, null);

    public static StatusDocument Of(SweepStatus s) => new(
        new(
            s.Sweep, SweepNames.Name(s.Sweep), StatusView.Word(s.Phase), s.Owner ?? "", s.Priority, s.Cells, s.Done, s.Failed, s.Leased,
                s.CellsPerSecond,
            s.Remaining?.TotalSeconds, s.Submitted, s.Finished, null),
        s.Reason,
        [.. s.Running.Select(r => new WorkDocument(r.Worker, r.Doing))],
        [.. s.Failures.Select(f => new FailureDocument(f.Cell, f.Error, f.Kind ?? FailureKinds.Unknown))],
        SweepActions.Of(s.Phase, s.Failed));

    public static WorkerDocument Of(WorkerLine w) => new(w.Worker, w.Device, w.State, w.Doing, w.Cells, w.CellsPerHour, w.Seen);

    public static EstimateDocument Of(SweepEstimate e)
    {
        double? Known(double seconds) => e.Groups == 0 ? 0 : e.Cost.IsKnown ? seconds : null;
        return new(e.Sweep, e.Cells, e.Known, e.Groups, e.Slots, Known(e.Cost.Seconds.Value), Known(e.Cost.Seconds.Low),
            Known(e.Cost.Seconds.High), Known(e.Cost.Processors.Value), Known(e.Cost.Cards.Value), e.Cost.Unknown);
    }

    public static SubmissionDocument Of(Submission s) => new(s.Sweep, s.IsNew, s.Cells, s.Known, s.IsPlanning);
}
