using System.Collections.Immutable;
using Grid.Grains.Storage;
using Grid.Lab.Catalog;
using Grid.Silo.Postgres;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Curves;
using Grid.Sweeps.Results;
using Npgsql;

namespace Grid.Silo.Tests.Postgres;

/// <summary>What Grafana draws is what the curves say.</summary>
public sealed class ViewTests(PostgresServer server) : IAsyncLifetime
{
    static readonly CatalogTraits Terms = Catalogue.Traits with { Label = (_, choice) => choice.ToString() };

    NpgsqlDataSource _database = null!;

    public async ValueTask InitializeAsync()
    {
        Needs.Met("postgresql", server.Missing);
        _database = server.Open(await server.CreateDatabase());
        await Migrator.Apply(_database, _ => { }, default);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    static CellOutcome Outcome(Cell cell, params (string Name, Measurement Value)[] measurements)
    {
        var id = CellId.Of(cell, "sha", "1");
        return new(cell, id,
            new(id, CellStatus.Done, measurements.ToImmutableSortedDictionary(m => m.Name, m => m.Value), null, null, 1, 1, Make.Here));
    }

    async Task Keep(string sweep, IReadOnlyList<CellOutcome> cells)
    {
        var store = new PostgresStore(_database);
        await store.Enlist(sweep, [.. cells.Select(c => c.Id)]);
        Assert.All(
            await store.WriteCells(
                [.. cells.Where(c => c.Result is not null).Select(c => new Versioned<CellRecord>(new(c.Cell, c.Result!, Make.Noon), 0))]),
            Assert.True);
    }

    async Task<List<object[]>> Rows(string sql)
    {
        var rows = new List<object[]>();
        await using var command = _database.CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var row = new object[reader.FieldCount];
            reader.GetValues(row);
            rows.Add(row);
        }

        return rows;
    }

    [Fact]
    public async Task A_point_of_a_curve_is_the_mean_over_seeds_that_are_done()
    {
        static CellOutcome Robust(double strength, int seed, double value, string attack = "pgd") =>
            Outcome(Make.Cell(seed, strength, attack), (Metric.RobustAccuracy, new(value, 100)));

        var failed = Make.Failed(2);
        await Keep("one-1",
        [
            Robust(0, 0, 0.9), Robust(0, 1, 0.7), Robust(0.1, 0, 0.5), Robust(0.1, 1, double.NaN), Robust(0.2, 0, 0.25, "fgsm"),
            new(failed.Cell, failed.Result.Cell, failed.Result), new(Make.Cell(3), Make.Id(3), null),
        ]);
        await Keep("two-2", [Robust(0, 7, 0.1)]);

        var attack = Make.Cell(0).Attack.ToString();
        Assert.Equal(
            [["digits", "cnn(width=8)", "label-flip 0.05", attack.Replace("pgd", "fgsm", StringComparison.Ordinal), "none", 0.2, 0.25, 1L],
             ["digits", "cnn(width=8)", "label-flip 0.05", attack, "none", 0.0, (0.9 + 0.7) / 2, 2L],
             ["digits", "cnn(width=8)", "label-flip 0.05", attack, "none", 0.1, 0.5, 1L]],
            await Rows(
                "select dataset, model, poison, attack, defense, strength, robust_accuracy, seeds from curve_points where sweep = 'one-1' "
                + "order by attack, strength"));
    }

    [Fact]
    public async Task The_friends_grid_is_the_one_that_is_drawn()
    {
        var automatic = Make.Cell(0) with { Defense = new("friends", ("noise_std", "auto"), ("clip_threshold", 1)) };
        var cells = new[] { Make.Cell(0), automatic }.Select(c => Outcome(c, (Metric.AttackSuccessRate, Measurement.Rate(1, 2)))).ToList();
        foreach (var noise in new[] { 0, 0.5 })
        {
            foreach (var clip in new[] { 1, double.PositiveInfinity })
            {
                foreach (var (strength, seed) in new[] { (0, 0), (10, 0), (10, 1), (20, 0) })
                {
                    var defense = new Choice("friends", ("noise_std", noise), ("clip_threshold", clip), ("rounds", 5));
                    cells.Add(Outcome(
                        Make.Cell(seed, strength) with { Defense = defense },
                        (Metric.AttackSuccessRate, Measurement.Rate((long)(strength + noise * 4) + seed, 100 + seed))));
                }
            }
        }

        await Keep("one-1", cells);

        var expected = FriendsRows.Build(cells, Terms)
            .Select(r => new object[] { r.NoiseStd, r.ClipThreshold, r.Strength, r.Trials, r.Successes, r.SuccessRate });
        Assert.Equal(
            expected.OrderBy(r => r[0]).ThenBy(r => r[1]).ThenBy(r => r[2]),
            await Rows(
                "select noise_std, clip_threshold, strength, trials, successes, "
                + "success_rate from friends_grid where sweep = 'one-1' order by 1, 2, 3"));
    }
}
