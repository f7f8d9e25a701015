using Grid.Silo.Devices;

namespace Grid.Silo.Tests.Devices;

public sealed class DeviceSlotTests
{
    [Theory]
    // A card keeps a thread busy, and at times a second one; the processors that are left do what is too light for it.
    [InlineData("auto", 1, 16, "cuda:0 of 0, False; cpu of 14, True")]
    [InlineData("auto", 4, 16, "cuda:0 of 0, False; cuda:1 of 0, False; cuda:2 of 0, False; cuda:3 of 0, False; cpu of 8, True")]
    [InlineData("auto", 1, 2, "cuda:0 of 2, ")]
    [InlineData("auto", 0, 16, "cpu of 16, ")]
    // What is named is taken as it is named: it does everything, and nothing else does.
    [InlineData("cuda:0", 2, 16, "cuda:0 of 16, ")]
    [InlineData("cuda:1, cpu", 2, 16, "cuda:1 of 16, ; cpu of 16, ")]
    [InlineData("none", 2, 16, "")]
    public void Only_auto_puts_processors_beside_the_cards_that_are_there(string setting, int cards, int processors, string devices)
    {
        var named = DeviceSlot.Named(setting, () => Enumerable.Range(0, cards).Select(card => $"cuda:{card}"), processors);
        Assert.Equal(devices, string.Join("; ", named.Select(d => $"{d.Name} of {d.Processors}, {d.Light}")));
    }

    [Fact]
    public void A_device_that_is_named_is_not_looked_for() =>
        Assert.Single(DeviceSlot.Named("cpu", () => throw new InvalidOperationException("looked"), 2));
}
