using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Tests.Plans;
using Grid.Sweeps.Tracking;

namespace Grid.Sweeps.Tests.Tracking;

/// <summary>A coordinator may hold a million results.</summary>
public class SweepBookMemoryTests
{
    static readonly Plan Plan = PlanTests.Planned("{name: small, dataset: digits, model: softmax, attack: fgsm, strength: 0.1}");

    [Fact]
    public void The_text_of_an_id_is_held_once_however_a_result_came()
    {
        var book = new SweepBook(Plan, new string?[Plan.Groups.Count], TimeSpan.FromSeconds(20), Make.Terms, new HandClock());
        CellResult Copy(int cell) => Make.Done(new string(Plan.Cells[cell].Id.Value.AsSpan()));
        book.Recall(0, Copy(0), known: true);
        book.Report(1, Copy(1), book.Next("w", new HashSet<string>())!.Token);
        Assert.All([0, 1], cell => Assert.Same(Plan.Cells[cell].Id.Value, book.Result(cell)!.Cell.Value));
    }
}
