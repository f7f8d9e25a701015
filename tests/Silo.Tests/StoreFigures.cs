using System.Diagnostics;
using Grid.Grains.Storage;
using Grid.Silo.Files;
using Grid.Silo.Postgres;
using Grid.Sweeps.Results;

namespace Grid.Silo.Tests;

/// <summary>A server whose disk keeps what it acknowledges.</summary>
public sealed class DurableServer : PostgresServer
{
    protected override bool Durable => true;
}

/// <summary>How fast rows are kept for good. Figures are written to the test's output.</summary>
[Trait("Category", "Long")]
public sealed class StoreFigures(DurableServer server, ITestOutputHelper output) : IClassFixture<DurableServer>
{
    const int Cells = 100_000;
    const int Batch = 500;

    [Fact]
    public async Task PostgreSQL_keeps_a_thousand_cells_a_second()
    {
        Needs.Met("postgresql", server.Missing);
        var database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(database, _ => { }, default);
        await Measure("PostgreSQL", new PostgresStore(database));
    }

    [Fact]
    public async Task Files_keep_a_thousand_cells_a_second()
    {
        var folder = Directory.CreateTempSubdirectory("grid-figures-").FullName;
        try
        {
            using (var store = FileStore.Open(folder, TimeProvider.System)) await Measure("files", store);
            var watch = Stopwatch.StartNew();
            using (FileStore.Open(folder,
                TimeProvider.System)) output.WriteLine($"files: opened with {Cells} cells in {watch.Elapsed.TotalSeconds:F2} s");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task Measure(string name, IGridStore store)
    {
        var bits = OutcomeBits.From([.. Enumerable.Range(0, 1000).Select(i => i % 3 == 0)]);
        var records = Enumerable.Range(0, Cells)
            .Select(i => Make.Done(i))
            .Select(r => r with { Result = r.Result with { Outcomes = bits } })
            .ToList();

        var watch = Stopwatch.StartNew();
        await store.Enlist("one-1", records.ConvertAll(r => r.Result.Cell));
        var enlisted = watch.Elapsed;
        watch.Restart();
        foreach (var batch in records.Chunk(Batch))
            Assert.DoesNotContain(false, await store.WriteCells([.. batch.Select(r => new Versioned<CellRecord>(r, 0))]));
        var written = watch.Elapsed;
        watch.Restart();
        var count = 0;
        await foreach (var _ in store.Results("one-1", default)) count++;
        var read = watch.Elapsed;

        output.WriteLine(
            $"{name}: enlist {Cells} cells {enlisted.TotalSeconds:F2} s; write in batches of {Batch} {written.TotalSeconds:F2} s "
            + $"= {Cells / written.TotalSeconds:F0} rows/s; results {read.TotalSeconds:F2} s");
        Assert.Equal(Cells, count);
        Assert.True(written.TotalSeconds < Cells / 1000.0, $"{Cells} rows took {written}.");
        Assert.True(enlisted.TotalSeconds < 10, $"Enlisting took {enlisted}.");
    }
}
