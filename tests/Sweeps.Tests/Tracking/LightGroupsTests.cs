using Grid.Sweeps.Plans;
using Grid.Sweeps.Tests.Plans;
using Grid.Sweeps.Tracking;

namespace Grid.Sweeps.Tests.Tracking;

public sealed class LightGroupsTests
{
    // Groups fgsm 0, fgsm 1, pgd 0, pgd 1, of which FGSM is light.
    static readonly Plan Plan =
        PlanTests.Planned("{name: small, dataset: digits, model: softmax, attack: [fgsm, pgd], strength: [0.1, 0.2], seeds: 2}");

    static readonly bool[] Light = [true, true, false, false];

    static readonly string[] Models = [.. Plan.Groups.Select(g => $"model-{Plan.Cells[g.Cells[0]].Cell.Seed}")];

    static SweepBook Book(bool[]? light) => new(Plan, Models, TimeSpan.FromSeconds(60), Make.Terms, new HandClock(), light: light);

    [Fact]
    public void A_processor_beside_a_card_gets_light_groups_alone_and_the_card_gets_the_others()
    {
        List<int> Given(SweepBook book, bool? light, params string[] atHand)
        {
            var groups = new List<int>();
            while (book.Next("w", atHand.ToHashSet(), null, light) is { } lease) groups.Add(lease.Group);
            return groups;
        }

        Assert.Equal([0, 1], Given(Book(Light), light: true));
        Assert.Equal([2, 3], Given(Book(Light), light: false));
        Assert.Equal([0, 1, 2, 3], Given(Book(Light), light: null, atHand: ["model-0", "model-1"]));
        Assert.Equal([3, 2], Given(Book(Light), light: false, atHand: "model-1"));
        // What nobody says of its groups is heavy.
        Assert.Empty(Given(Book(null), light: true));
        Assert.Equal(4, Given(Book(null), light: false).Count);
    }
}
