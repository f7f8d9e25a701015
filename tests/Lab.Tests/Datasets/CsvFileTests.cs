using System.Text;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Tests.Datasets;

public sealed class CsvFileTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_last_lines_test_and_the_last_column_is_the_class()
    {
        var data = await Load("0,8,0\n8,4,1\n2,2,0\n4,0,1\n8,8,1\n", path => new CsvFile(path, scale: 8, testFraction: 0.4));

        Assert.Equal((new ImageShape(1, 1, 2), 2), (data.Shape, data.Classes));
        Assert.Equal([0, 1, 1, 0.5f, 0.25f, 0.25f], data.Train.Inputs);
        Assert.Equal([0, 1, 0], data.Train.Labels);
        Assert.Equal([0.5f, 0, 1, 1], data.Test.Inputs);
        Assert.Equal([1, 1], data.Test.Labels);
    }

    [Fact]
    public async Task A_heading_blank_lines_spaces_windows_line_ends_and_gzip_are_fine()
    {
        _folder.Write("data.csv", Compressed.Gzipped(Encoding.UTF8.GetBytes("a,b,class\r\n0.5, 1e-1 ,0\r\n\r\n0,1,1.0\r\n1,0,1")));
        var data = await Load(path => new CsvFile(path, testFraction: 0.01));

        Assert.Equal([0.5f, 0.1f, 0, 1], data.Train.Inputs);
        Assert.Equal((2, 1), (data.Train.Count, data.Test.Count));
    }

    [Fact]
    public async Task Height_makes_images_of_the_rows()
    {
        Assert.Equal(new ImageShape(1, 2, 3), (await Load("0,0,0,0,0,0,0\n0,0,0,0,0,0,1\n0,0,0,0,0,0,1\n", path => new CsvFile(path, height: 2))).Shape);
    }

    [Fact]
    public async Task The_scale_does_not_change_the_identity_of_the_file_but_its_content_does()
    {
        var one = await Load("0,0\n1,1\n1,0\n", path => new CsvFile(path));
        var two = await Load("0,0\n1,1\n1,0\n", path => new CsvFile(path, scale: 2));
        var other = await Load("0,0\n1,1\n1,1\n", path => new CsvFile(path));
        Assert.Equal(one.Sha256, two.Sha256);
        Assert.NotEqual(one.Sha256, other.Sha256);
    }

    [Theory]
    [InlineData("0,0\n1,x\n", ":2: column 2: 'x' is not a number.")]
    [InlineData("0,0\n,1\n", ":2: column 1: '' is not a number.")]
    [InlineData("a,1\n0,1\n", ":1: column 1: 'a' is not a number.")]
    [InlineData("0,0,0\n0,1\n", ":2: 2 column(s), expected 3.")]
    [InlineData("0,0\n0,1,1\n", ":2: 3 column(s), expected 2.")]
    [InlineData("0\n1\n", ":1: 1 column(s), expected 2.")]
    [InlineData("0,0\n17,1\n", ":2: column 1: 17 / 1 is outside [0, 1]: set scale to the largest value.")]
    [InlineData("0,0\n-0.5,1\n", ":2: column 1: -0.5 / 1 is outside [0, 1]")]
    [InlineData("0,0\nNaN,1\n", ":2: column 1: NaN / 1 is outside [0, 1]")]
    [InlineData("0,0\n1,-1\n", ":2: column 2: the last column holds the class index, from 0, but this is -1.")]
    [InlineData("0,0\n1,0.5\n", ":2: column 2: the last column holds the class index")]
    [InlineData("0,0\n1,1e9\n", ":2: column 2: the last column holds the class index")]
    [InlineData("0,1\n", ": 1 sample(s): expected at least one to train on and one to test on.")]
    [InlineData("a,b\n", ": 0 sample(s)")]
    [InlineData("", ": is empty, or a device or pipe")]
    [InlineData("0,0\n0123456789012345678901234567890123456789xyz,1\n", ":2: column 1: '0123456789012345678901234567890123456789...' is not a number.")]
    [InlineData("0,0\n0,0\n", " (training part): every label is 0")]
    [InlineData("0,0\n0,1\n0,2\n", " (test part): label 2 of sample 0 is not a class")]
    public async Task A_mistake_gets_one_line_with_its_place(string text, string expected)
    {
        var error = await Assert.ThrowsAsync<LabException>(() => Load(text, path => new CsvFile(path)));

        Assert.StartsWith(_folder["data.csv"] + expected, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData(0, 0.2, 1, "scale is 0")]
    [InlineData(double.NaN, 0.2, 1, "scale is NaN")]
    [InlineData(1, 0, 1, "test_fraction is 0")]
    [InlineData(1, 1, 1, "test_fraction is 1")]
    [InlineData(1, double.NaN, 1, "test_fraction is NaN")]
    [InlineData(1, 0.2, 2, "3 features do not divide into images of height 2")]
    [InlineData(1, 0.2, 0, "height 0")]
    public async Task A_parameter_out_of_range_is_named(double scale, double testFraction, int height, string expected)
    {
        var error = await Assert.ThrowsAsync<LabException>(
            () => Load("0,0,0,0\n0,0,0,1\n0,0,0,1\n", path => new CsvFile(path, scale, testFraction, height)));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damage_never_escapes_as_another_error() => Damage.IsLabExceptionOrNothing(
        "a,b\n0.25,0\n1,1\n0.5,0\n"u8.ToArray(),
        bytes =>
        {
            _folder.Write("data.csv", bytes);
            Load(path => new CsvFile(path)).GetAwaiter().GetResult();
        });

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("link")]
    public void What_might_never_end_is_not_read(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Other systems have other devices.");
        File.CreateSymbolicLink(_folder["link"], "/dev/zero");

        Assert.Contains("device or pipe", Assert.Throws<LabException>(() => UserFile.Read<int>(Path.Combine(_folder.Path, path), _ => throw new InvalidOperationException())).Message, StringComparison.Ordinal);
        Assert.Contains("device or pipe", Assert.Throws<LabException>(() => new FileModel(Path.Combine(_folder.Path, path), new Cnn()).Sha256).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_memory_cannot_hold_is_refused_by_name()
    {
        UserFile.Fit(1000, "x.npz: x_train", memory: 1000);
        Assert.StartsWith(
            "x.npz: x_train: takes over 8.6 GB of memory, but there are 2.0:",
            Assert.Throws<LabException>(() => UserFile.Fit(8_600_000_000, "x.npz: x_train", memory: 2_000_000_000)).Message, StringComparison.Ordinal);
        var path = _folder.Write("data.csv", "0,0"u8);
        Assert.StartsWith(path + ": takes more memory", Assert.Throws<LabException>(() => UserFile.Read<int>(path, _ => throw new InsufficientMemoryException())).Message, StringComparison.Ordinal);
    }

    Task<Dataset> Load(string text, Func<string, CsvFile> source)
    {
        _folder.Write("data.csv", Encoding.UTF8.GetBytes(text));
        return Load(source);
    }

    async Task<Dataset> Load(Func<string, CsvFile> source) =>
        await source(_folder["data.csv"]).Load(RealData.DataFolder(), progress: null, CancellationToken.None);
}
