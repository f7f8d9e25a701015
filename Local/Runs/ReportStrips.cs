using Grid.Compute.Cpu;
using Grid.Lab;
using Grid.Presentation;
using Grid.Web.Findings;
using Grid.Web.Sources;

namespace Grid.Local.Runs;

/// <summary>Makes the images that a report shows, of few cells and only where model and data are at hand.</summary>
static class ReportStrips
{
    public static IReadOnlyList<CellStrip> Of(Sweep sweep, SweepReport report, CancellationToken ct)
    {
        var strips = new List<CellStrip>();
        using var device = new CpuDevice(Environment.ProcessorCount);
        foreach (var outcome in StripCells.Of(report))
        {
            try
            {
                if (!sweep.Laboratory.HasModel(outcome.Cell, device)) continue;
                strips.Add(CellStrip.Of(outcome, sweep.Laboratory.Show(outcome.Cell, device, CellStrip.Samples, _ => { }, ct)));
            }
            catch (Exception e) when (e is LabException or IOException)
            {
                // Where samples are no images, or the data are not here, the report does without the images.
            }
        }

        return strips;
    }
}
