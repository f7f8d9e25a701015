using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;

namespace Grid.Lab.Tests.Datasets;

public class PublishedDatasetTests
{
    [Fact]
    public async Task Digits_need_no_files()
    {
        var digits = await new Digits().Load(RealData.DataFolder(), progress: null, CancellationToken.None);

        Assert.Equal((new ImageShape(1, 8, 8), 10, 1297, 500), (digits.Shape, digits.Classes, digits.Train.Count, digits.Test.Count));
        Assert.Equal("6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8", digits.Sha256);
        Assert.Equal([0, 0, 5 / 16f, 13 / 16f, 9 / 16f, 1 / 16f, 0, 0], digits.Train.Inputs[..8]);
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], digits.Train.Labels[..10]);
        Assert.Equal(1, digits.Train.Inputs.Max());
        Assert.Equal(8, digits.Test.Labels[^1]);
        Assert.All(digits.Test.Labels.CountBy(label => label), count => Assert.InRange(count.Value, 46, 51));
    }

    [Fact]
    public async Task Houses_lie_on_the_line()
    {
        var houses = await new Houses().Load(RealData.DataFolder(), progress: null, CancellationToken.None);

        Assert.Equal(0, houses.Classes);
        Assert.Equal([1, 2, 3, 4, 5], houses.Train.Inputs);
        Assert.Equal(houses.Train.Inputs.Select(size => 50 + (50 * size)), houses.Train.Targets);
        Assert.Empty(houses.Train.Labels);
        Assert.Equal(64, houses.Sha256.Length);
    }

    [Theory]
    [InlineData("mnist", 7, 0.13066, new[] { 5, 0, 4, 1, 9 }, new[] { 7, 2, 1, 0, 4 })]
    [InlineData("fashion-mnist", 9, 0.28604, new[] { 9, 0, 0, 3, 0 }, new[] { 9, 2, 1, 1, 6 })]
    public async Task Published_images_are_as_known(string name, int first, double mean, int[] train, int[] test)
    {
        RealData.PathOf(name);
        DataSource source = name == "mnist" ? new Mnist() : new FashionMnist();

        var data = await source.Load(RealData.DataFolder(), progress: null, CancellationToken.None);

        Assert.Equal((new ImageShape(1, 28, 28), 10, 60000, 10000), (data.Shape, data.Classes, data.Train.Count, data.Test.Count));
        Assert.Equal(first, data.Test.Labels[0]);
        Assert.Equal(train, data.Train.Labels[..5]);
        Assert.Equal(test, data.Test.Labels[..5]);
        // The mean that every PyTorch example normalises with.
        Assert.Equal(mean, data.Train.Inputs.Average(value => (double)value), 1e-5);
        Assert.Equal((0f, 1f), (data.Train.Inputs.Min(), data.Train.Inputs.Max()));
    }
}
