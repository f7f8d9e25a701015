using System.Collections.Immutable;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tests.Plans;
using Grid.Sweeps.Tracking;

namespace Grid.Sweeps.Tests.Tracking;

public class SweepBookTests
{
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(60);

    static readonly IReadOnlySet<string> Nothing = new HashSet<string>();

    // Two attacks on two seeds, each against a control and two strengths: groups fgsm 0, fgsm 1, pgd 0, pgd 1 of three cells.
    static readonly Plan Plan = PlanTests.Planned("{name: small, dataset: digits, model: softmax, attack: [fgsm, pgd], strength: [0.1, 0.2], seeds: 2}");

    // The model depends on the seed alone.
    static readonly string[] Models = [.. Plan.Groups.Select(g => $"model-{Plan.Cells[g.Cells[0]].Cell.Seed}")];

    readonly HandClock _clock = new();

    SweepBook Book(IReadOnlyDictionary<int, int>? faults = null, string?[]? models = null) => new(Plan, (IReadOnlyList<string?>?)models ?? Models, LeaseTime, Make.Terms, _clock, faults);

    static CellResult Done(int cell) => Make.Done(Plan.Cells[cell].Id, (Metric.RobustAccuracy, Measurement.Rate(1, 2))) with { Confusion = [[1, 0], [0, 1]] };

    static CellResult Failed(int cell, string error = "broken") => CellResult.Failed(Plan.Cells[cell].Id, FailureKind.Experiment, error, 0, 1, Make.Here);

    static void Settle(SweepBook book, Lease lease)
    {
        foreach (var cell in lease.Cells) book.Report(cell, Done(cell), lease.Token);
    }

    [Fact]
    public void Recalled_results_are_known_and_are_not_run_again()
    {
        var book = Book();
        for (var cell = 0; cell < 3; cell++) book.Recall(cell, Done(cell), known: true);
        book.Recall(0, Done(0), known: true);

        Assert.Equal((3, 3, 0.0), (book.Known, book.Progress.Done, book.CellsPerSecond));
        Assert.Equal(1, book.Next("w", Nothing)!.Group);
    }

    [Fact]
    public void A_report_is_news_once_and_late_ones_change_nothing()
    {
        var book = Book();
        var lease = book.Next("w", Nothing)!;
        Assert.True(book.Report(0, Done(0), lease.Token));
        var version = book.Version;

        Assert.False(book.Report(0, Done(0) with { Seconds = 9 }, lease.Token));
        Assert.False(book.Report(0, Failed(0), lease.Token));

        Assert.Equal((version, 0.25, 1, 0), (book.Version, book.Result(0)!.Seconds, book.Progress.Done, book.Progress.Failed));
        Assert.Equal(0, book.Known);
    }

    [Fact]
    public void Of_confusion_matrices_the_number_of_classes_is_kept_alone() => Assert.All(
        [0, 1, 2],
        cell =>
        {
            var book = Book();
            book.Recall(cell, Done(cell), known: true);
            Assert.Equal([[], []], book.Result(cell)!.Confusion!.Value);
            Assert.Equal(0.5, book.Result(cell)!.Measurements[Metric.RobustAccuracy].Value);
        });

    [Fact]
    public void Curves_count_what_is_done_and_what_failed()
    {
        var book = Book();
        Assert.Equal([("fgsm", 6), ("pgd(norm=linf, restarts=1, step_size=none, steps=40)", 6)], book.Curves.Select(c => (c.Name.Attack, c.Cells)));
        book.Report(0, Done(0), 1);
        book.Report(1, Failed(1), long.MaxValue);
        Assert.Equal([(1, 1), (0, 0)], book.Curves.Select(c => (c.Done, c.Failed)));

        // A success replaces a failure.
        book.Report(1, Done(1), 1);
        Assert.Equal([(2, 0), (0, 0)], book.Curves.Select(c => (c.Done, c.Failed)));
    }

    [Fact]
    public void Failures_are_shown_newest_first_and_only_the_latest()
    {
        var plan = PlanTests.Planned("{name: small, dataset: digits, model: softmax, attack: fgsm, strength: 0.1, seeds: 30}");
        var book = new SweepBook(plan, new string?[plan.Groups.Count], LeaseTime, Make.Terms, _clock);
        for (var cell = 0; cell < 30; cell++) book.Report(cell, CellResult.Failed(plan.Cells[cell].Id, FailureKind.Experiment, $"error {cell}", 0, 1, Make.Here), long.MaxValue);

        Assert.Equal(Enumerable.Range(10, 20).Reverse().Select(i => (plan.Cells[i].Id, $"error {i}")), book.Failures.Select(f => (f.Cell, f.Error!)));
        Assert.Equal(30, book.Progress.Failed);
    }

    [Fact]
    public void Retrying_opens_failed_cells_and_forgets_their_failures()
    {
        var book = Book();
        var lease = book.Next("w", Nothing)!;
        book.Report(0, Done(0), lease.Token);
        book.Report(1, Failed(1), lease.Token);
        book.Report(2, Failed(2), lease.Token);
        var version = book.Version;

        Assert.Equal(2, book.Retry(null));

        Assert.Null(book.Result(1));
        Assert.NotNull(book.Result(0));
        Assert.Empty(book.Failures);
        Assert.Equal((0, 1), (book.Progress.Failed, book.Curves[0].Done));
        Assert.Equal(0, book.Curves[0].Failed);
        Assert.True(book.Version > version);
        Assert.Equal([1, 2], book.Next("w", Nothing)!.Cells);
    }

    [Fact]
    public void One_cell_can_be_retried_alone()
    {
        var book = Book();
        for (var cell = 0; cell < 3; cell++) book.Recall(cell, Failed(cell), known: true);
        Assert.Equal(1, book.Retry(1));
        Assert.Equal((2, 2), (book.Progress.Failed, book.Curves[0].Failed));
        // The others are as failed as before, and say why.
        Assert.Equal(new[] { 2, 0 }.Select(i => book.Plan.Cells[i].Id), book.Failures.Select(f => f.Cell));
        Assert.Equal([1], book.Next("w", Nothing)!.Cells);
        // One that is done stays so.
        book.Recall(3, Done(3), known: true);
        Assert.Equal(0, book.Retry(3));
        Assert.Equal(CellStatus.Done, book.Result(3)!.Status);
    }

    [Fact]
    public void A_failure_reported_from_before_a_retry_is_no_news()
    {
        var book = Book();
        var lease = book.Next("w", Nothing)!;
        book.Report(0, Failed(0), lease.Token);
        book.Retry(null);
        Assert.False(book.Report(1, Failed(1), lease.Token));
        Assert.True(book.Report(2, Done(2), lease.Token));
        Assert.Equal((0, 1), (book.Progress.Failed, book.Progress.Done));
    }

    [Fact]
    public void Groups_whose_model_is_at_hand_go_first()
    {
        var book = Book();
        Assert.Equal(["model-1", "model-1", "model-0", "model-0"], Enumerable.Range(0, 4).Select(_ => Models[book.Next("w", new HashSet<string> { "model-1" })!.Group]));
    }

    [Fact]
    public void Groups_whose_model_somebody_is_training_go_last()
    {
        var book = Book();
        var (first, second) = (book.Next("a", Nothing)!, book.Next("b", Nothing)!);
        // Both models are being trained; there is nothing better to do than to wait for one.
        Assert.Equal(["model-0", "model-1"], new[] { Models[first.Group], Models[second.Group] });
        Assert.Equal("model-0", Models[book.Next("c", Nothing)!.Group]);
    }

    [Fact]
    public void A_model_counts_as_trained_once_a_result_of_it_is_there()
    {
        var book = Book();
        var first = book.Next("a", Nothing)!;
        var second = book.Next("b", Nothing)!;
        book.Report(second.Cells[0], Done(second.Cells[0]), second.Token);
        // That of the first is still being trained.
        Assert.Equal(Models[second.Group], Models[book.Next("c", Nothing)!.Group]);
        Settle(book, first);
        Assert.Equal(Models[first.Group], Models[book.Next("c", Nothing)!.Group]);
    }

    // More of them than a lease looks at, before the one that is for everybody.
    [Fact]
    public void Groups_that_need_a_plugin_are_for_those_who_have_it()
    {
        var spec = PlanTests.Parsed("{name: small, dataset: digits, model: softmax, attack: [pgd, fgsm], strength: 0.1, seeds: 300}");
        var plan = Plan.Of(spec, (_, _) => "sha", "1", (axis, choice) => choice.Name == "pgd" ? [new(axis, choice.ToString(), "Mine", "0123")] : []);
        var book = new SweepBook(plan, new string?[plan.Groups.Count], LeaseTime, Make.Terms, _clock);

        Assert.Equal(["0123"], plan.PluginsOf(0));
        Assert.Equal("fgsm", Attack(book.Next("without", Nothing)));
        Assert.Equal("fgsm", Attack(book.Next("other", Nothing, new HashSet<string> { "4567" })));
        Assert.Equal("pgd", Attack(book.Next("with", Nothing, new HashSet<string> { "4567", "0123" })));
        while (book.Next("without", Nothing) is { } lease) Assert.Equal("fgsm", Attack(lease));
        Assert.Equal(301, book.Tracker.Progress.Leased / 2);
        Assert.Equal("pgd", Attack(book.Next("with", Nothing, new HashSet<string> { "0123" })));

        string? Attack(Lease? lease) => lease is null ? null : plan.Cells[lease.Cells[0]].Cell.Attack.Name;
    }

    [Fact]
    public void Groups_without_a_model_are_taken_in_order()
    {
        var book = Book(models: new string?[4]);
        Assert.Equal([0, 1, 2, 3], Enumerable.Range(0, 4).Select(_ => book.Next("w", Nothing)!.Group));
        Assert.Null(book.Next("w", Nothing));
    }

    [Fact]
    public void It_is_known_who_holds_what_until_it_ends()
    {
        var book = Book();
        var (a, b, c) = (book.Next("a", Nothing)!, book.Next("b", Nothing)!, book.Next("c", Nothing)!);
        Assert.Equal(["a", "b", "c"], book.Workers.Values.Order());

        Settle(book, a);
        book.Release(b.Group, b.Token, default, fault: false);
        book.Release(c.Group, c.Token + 1, default, fault: false);

        // The wrong token releases nothing.
        Assert.Equal([KeyValuePair.Create(c.Group, "c")], book.Workers);
        book.EndLeases();
        Assert.Empty(book.Workers);
        Assert.False(book.Renew("c", c.Group, c.Token));
        Assert.Equal(0, book.Progress.Leased);
    }

    [Fact]
    public void A_worker_that_a_new_book_does_not_know_keeps_its_lease()
    {
        var lease = Book().Next("w", Nothing)!;
        _clock.Advance(TimeSpan.FromSeconds(1));

        var after = Book();

        Assert.True(after.Renew("w", lease.Group, lease.Token));
        Assert.Equal("w", after.Workers[lease.Group]);
        Assert.False(after.Renew("w", -1, lease.Token));
        Assert.False(after.Renew("w", 4, lease.Token));
    }

    [Fact]
    public void Lost_leases_and_faults_count_as_attempts_also_for_the_next_book()
    {
        var book = Book(models: new string?[4]);
        var first = book.Next("w", Nothing)!;
        Assert.Equal(1, first.Attempt);
        book.Renew("w", first.Group, first.Token);
        _clock.Advance(LeaseTime);
        var second = book.Next("w", Nothing)!;
        Assert.Equal((0, 2), (second.Group, second.Attempt));
        book.Release(second.Group, second.Token, default, fault: true);

        var after = Book(book.Tracker.Faults, new string?[4]).Next("w", Nothing)!;

        Assert.Equal((0, 3), (after.Group, after.Attempt));
    }

    [Fact]
    public void A_group_that_ended_for_no_fault_of_its_own_has_its_attempts_as_before()
    {
        var book = Book(models: new string?[4]);
        var first = book.Next("w", Nothing)!;
        book.Release(first.Group, first.Token, default, fault: false);
        Assert.Equal((0, 1), (book.Next("w", Nothing)!.Group, 1 + book.Tracker.Faults.Count));
    }

    [Fact]
    public void The_pace_is_that_of_the_last_minute_and_of_reports_alone()
    {
        var book = Book();
        book.Recall(0, Done(0), known: true);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(0, book.CellsPerSecond);
        for (var cell = 1; cell <= 5; cell++) book.Report(cell, Done(cell), 1);
        book.Report(5, Done(5), 1);
        Assert.Equal(0.5, book.CellsPerSecond);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(5.0 / 40, book.CellsPerSecond);
        _clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(0, book.CellsPerSecond);
    }

    [Fact]
    public void A_snapshot_stays_as_it_was()
    {
        var book = Book();
        var before = book.Snapshot();
        book.Report(0, Done(0), 1);
        Assert.Null(before[0]);
        Assert.NotNull(book.Snapshot()[0]);
    }
}
