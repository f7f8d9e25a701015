using Grid.Compute;
using Grid.Compute.Tests;
using Grid.Torch.Tests.Processor;

namespace Grid.Torch.Tests;

/// <summary>What is sent to a card.</summary>
public sealed partial class KernelsTests
{
    [Fact]
    public void What_is_sent_arrives_however_much_it_is()
    {
        RequireCompiler();
        using var device = Open();
        using var scope = device.Scope();
        var dice = new Dice(4);
        var sent = new[] { 1, 1_500_000, 1_900_000, 1_999_999, 3_000_001, 1_200_000, 5 }.Select(count => dice.Floats(count)).ToArray();
        var there = Array.ConvertAll(sent, values => device.Upload(values, [values.Length]));
        var written = device.Upload([2, 1_500_000], (i, row) => sent[1].CopyTo(row));
        foreach (var (values, tensor) in sent.Zip(there)) Assert.Equal(values, tensor.ToArray());
        Assert.Equal(sent[1].Concat(sent[1]), written.ToArray());
    }

    [Fact]
    public void Rows_of_an_array_are_taken_from_where_it_was_sent_once()
    {
        RequireCompiler();
        using var device = Open();
        StandIn.Backwards = false;
        var values = new Dice(2).Floats(20 * 3);
        var all = device.Resident(values, [20, 3]);
        Assert.NotNull(all);
        Assert.Same(all, device.Resident(values, [20, 3]));
        Assert.Equal(values, all.ToArray());
        var launches = StandIn.Launches;
        Assert.Equal(
            values[9..12].Concat(values[..3]).Concat(values[57..]), device.UploadRows(values, new[] { 3, 0, 19 }, [3, 3]).ToArray());
        if (!Pair.OnCard) Assert.Equal(1, StandIn.Launches - launches);
        Assert.All(device.UploadRows(values, new[] { 20 }, [1, 3]).ToArray(), v => Assert.True(float.IsNaN(v)));
        Assert.Null(Pair.Managed.Resident(values, [20, 3]));
    }
}
