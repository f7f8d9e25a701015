using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;

namespace Grid.Lab.Tests.Datasets;

public class SubsetTests
{
    static Task<Dataset> Load(DataSource source) => source.Load(RealData.DataFolder(), null, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Chosen_classes_keep_their_order_and_are_numbered_as_listed()
    {
        var (all, cut) = (await Load(new Digits()), await Load(new Subset(new Digits(), [4, 0], train: 30, test: 20)));
        Assert.Equal((2, 30, 20), (cut.Classes, cut.Train.Count, cut.Test.Count));
        int[] kept = [.. Enumerable.Range(0, all.Train.Count).Where(i => all.Train.Labels[i] is 0 or 4).Take(30)];
        Assert.Equal(all.Train.Take(kept).Inputs, cut.Train.Inputs);
        Assert.Equal(kept.Select(i => all.Train.Labels[i] == 4 ? 0 : 1), cut.Train.Labels);
    }

    [Fact]
    public async Task Identity_depends_on_the_data_the_classes_and_the_counts()
    {
        DataSource[] sources =
        [
            new Digits(), new Subset(new Digits()), new Subset(new Digits(), [4, 0]), new Subset(new Digits(), [0, 4]),
            new Subset(new Digits(), [4, 0], train: 9),
            new Subset(new Digits(), [4, 0], test: 9), new Subset(new Subset(new Digits(), [4, 0]), [1, 0]),
        ];
        var hashes = await Task.WhenAll(sources.Select(Load));
        Assert.Equal(sources.Length, hashes.Select(d => d.Sha256).Distinct().Count());
        Assert.Equal((await Load(new Digits())).Train.Inputs, hashes[1].Train.Inputs);
    }

    [Fact]
    public async Task What_the_data_does_not_have_is_named()
    {
        Assert.Contains("no class 10", (await Assert.ThrowsAsync<LabException>(() => Load(new Subset(new Digits(), [1, 10])))).Message);
        Assert.Contains("fewer than the 2000",
            (await Assert.ThrowsAsync<LabException>(() => Load(new Subset(new Digits(), train: 2000)))).Message);
        Assert.Contains("regression", (await Assert.ThrowsAsync<LabException>(() => Load(new Subset(new Houses())))).Message);
        Assert.Throws<ArgumentException>(() => new Subset(new Digits(), [3, 3]));
        Assert.Throws<ArgumentException>(() => new Subset(new Digits(), [3]));
    }
}
