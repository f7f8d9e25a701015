using Grid.Compute.Cpu;
using Grid.Compute.Cpu.Scheduling;
using Grid.Local.Runs;
using Grid.Web;

namespace Grid.Local.Tests.Commands;

/// <summary>Groups alike run as one on a device that has use for it.</summary>
public sealed class TogetherTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("grid ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_sweep_has_the_same_cells_run_group_by_group_and_as_one()
    {
        var file = Path.Combine(_folder, "s.yaml");
        await File.WriteAllTextAsync(file,
            SmallSweeps.Digits.Replace("seeds: 2", "seeds: 5", StringComparison.Ordinal)
                .Replace("softmax", "[softmax, mlp]", StringComparison.Ordinal));
        var (alone, each) = await Run("alone", replicas: 1);
        var (together, most) = await Run("together", replicas: 4);

        Assert.Equal(alone, together);
        // The cells of a batch share its time: of four groups with two strengths each.
        Assert.Equal(8, most);
        Assert.InRange(each, 1, 7);

        async Task<(IReadOnlyList<string> Rows, int SameTime)> Run(string name, int replicas)
        {
            var sweep = Sweep.Open(file, Path.Combine(_folder, name), confirmed: false, null, CancellationToken.None);
            using var journal = sweep.Claim(TimeProvider.System);
            await new SweepRun(sweep, journal, jobs: 2, threads => new CpuDevice(threads) { Replicas = replicas }, retry: false,
                TimeProvider.System).Run(CancellationToken.None);
            sweep.Findings(journal.Find).Write(sweep.Folder, f => ReportFile.Text(f, TimeProvider.System));
            var rows = await File.ReadAllLinesAsync(Path.Combine(sweep.Folder, "cells.csv"));
            var seconds = rows[0].Split(',').ToList().IndexOf("seconds");
            return (
                [.. rows.Select(r => string.Join(',', r.Split(',')[..seconds]))],
                sweep.Plan.Cells.GroupBy(c => journal.Find(c.Id)!.Seconds).Max(same => same.Count()));
        }
    }
}
