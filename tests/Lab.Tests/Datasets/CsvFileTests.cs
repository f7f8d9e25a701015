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
        Assert.Equal(new ImageShape(1, 2, 3),
            (await Load("0,0,0,0,0,0,0\n0,0,0,0,0,0,1\n0,0,0,0,0,0,1\n", path => new CsvFile(path, height: 2))).Shape);
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
    [InlineData("label,a,b\n0,0.25,0.5\n1,1,0\n1,0,0.75\n")]
    [InlineData("a,Class,b\n0.25,0,0.5\n1,1,0\n0,1,0.75\n")]
    [InlineData("# a,b,label\n0.25,0.5,0\n1,0,1\n0,0.75,1\n")]
    [InlineData("0,1,2\n0.25,0.5,0\n1,0,1\n0,0.75,1\n")]
    [InlineData("0,1,label\n0.25,0.5,0\n1,0,1\n0,0.75,1\n")]
    [InlineData("a;b;y\n0.25;0.5;0\n1;0;1\n0;0.75;1\n")]
    [InlineData("a\tb\tc\n0.25\t0.5\t0\n1\t0\t1\n0\t0.75\t1\n")]
    [InlineData("0.25;0.5;0\n1;0;1\n0;0.75;1\n")]
    [InlineData("\"a,1\",\"b\"\"\",\"label\"\n\"0.25\",\"0.5\",\"0\"\n\"1\" , \"0\",1\n0,0.75,\"1\"\n")]
    public async Task Headings_separators_and_quotes_are_understood(string text)
    {
        var data = await Load(text, path => new CsvFile(path));

        Assert.Equal([0.25f, 0.5f, 1, 0], data.Train.Inputs);
        Assert.Equal([0, 1], data.Train.Labels);
        Assert.Equal([0, 0.75f], data.Test.Inputs);
    }

    [Theory]
    [InlineData("y,a,what\n0,0.25,0\n1,1,1\n1,0,1\n", "what", new[] { 0, 0.25f, 1, 1 })]
    [InlineData("0,0.25,1\n1,1,0\n1,0,1\n", "1", new[] { 0.25f, 1, 1, 0 })]
    public async Task The_column_of_the_class_may_be_named(string text, string label, float[] inputs)
    {
        var data = await Load(text, path => new CsvFile(path, label: label));

        Assert.Equal(inputs, data.Train.Inputs);
        Assert.Equal([0, 1], data.Train.Labels);
    }

    [Fact]
    public async Task Three_numbers_from_0_are_a_sample_where_others_are_of_its_class()
    {
        var data = await Load("0,1,2\n1,0,1\n1,1,2\n1,1,0\n0,0,2\n", path => new CsvFile(path));

        Assert.Equal([2, 1, 2, 0], data.Train.Labels);
        Assert.Equal([0, 1, 1, 0, 1, 1, 1, 1], data.Train.Inputs);
    }

    [Fact]
    public async Task Classes_that_are_words_are_numbered_in_the_order_of_the_alphabet()
    {
        var data = await Load("a,species\n0,virginica\n1,\"setosa\"\n0.5,virginica\n0.5,setosa\n1,virginica\n", path => new CsvFile(path));

        Assert.Equal(["setosa", "virginica"], data.ClassNames!);
        Assert.Equal([1, 0, 1, 0], data.Train.Labels);
        Assert.Equal(data.ClassNames, data.First(2).ClassNames);
    }

    [Fact]
    public async Task Every_feature_can_be_scaled_by_its_own_range_in_the_training_part()
    {
        var data =
            await Load("-1,100,7,0\n1,300,7,1\n0,150,7,1\n-5,250,8,0\n", path => new CsvFile(path, testFraction: 0.25, scaleEach: true));

        Assert.Equal([0, 0, 0, 1, 1, 0, 0.5f, 0.25f, 0], data.Train.Inputs);
        Assert.Equal([0, 0.75f, 0], data.Test.Inputs);
    }

    [Fact]
    public async Task A_scale_that_leaves_half_of_the_range_empty_is_told_of()
    {
        var told = new List<string>();
        _folder.Write("data.csv", "0,0\n16,1\n8,1\n"u8);
        await new CsvFile(_folder["data.csv"], scale: 255).Load(RealData.DataFolder(), new Told(told.Add), CancellationToken.None);
        Assert.Contains("its largest value is 16, so that a scale of 255 leaves part of [0, 1] empty", Assert.Single(told),
            StringComparison.Ordinal);
    }

    sealed class Told(Action<string> tell) : IProgress<string>
    {
        public void Report(string value) => tell(value);
    }

    [Fact]
    public async Task A_gzip_file_that_was_cut_or_changed_is_refused_wherever_it_was()
    {
        var whole =
            Compressed.Gzipped(
                Encoding.UTF8.GetBytes(
                    string.Concat(Enumerable.Range(0, 2000).Select(i => FormattableString.Invariant($"{i % 7 / 7.0},{i % 2}\n")))));
        foreach (var length in new[] { 11, whole.Length / 2, whole.Length - 9, whole.Length - 8, whole.Length - 1 })
            await Refused(whole[..length]);
        foreach (var place in new[] { whole.Length - 8, whole.Length - 1 })
            await Refused([.. whole[..place], (byte)(whole[place] ^ 1), .. whole[(place + 1)..]]);
        _folder.Write("data.csv", [.. whole, .. whole]);
        Assert.Equal(3200, (await Load(path => new CsvFile(path))).Train.Count);

        async Task Refused(byte[] bytes)
        {
            _folder.Write("data.csv", bytes);
            Assert.Contains("its compressed content is damaged or cut off",
                (await Assert.ThrowsAsync<LabException>(() => Load(path => new CsvFile(path)))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lines_that_are_sorted_by_class_are_refused()
    {
        var sorted = string.Concat(Enumerable.Range(0, 50).Select(i => $"0.5,{i / 10}\n"));
        Assert.Contains("sorted by class", (await Assert.ThrowsAsync<LabException>(() => Load(sorted, path => new CsvFile(path)))).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0,0\n1,x\n", ":2: column 2: 'x' is not a number.")]
    [InlineData("0,0\n,1\n", ":2: column 1: '' is not a number.")]
    [InlineData("a,1\n0,1\n", ":1: column 1: 'a' is not a number.")]
    [InlineData("0,0,0\n0,1\n", ":2: 2 column(s), expected 3.")]
    [InlineData("0,0\n0,1,1\n", ":2: 3 column(s), expected 2.")]
    [InlineData("0\n1\n", ":1: 1 column(s), expected 2.")]
    [InlineData("0,0\n17,1\n", ":2: column 1: 17 / 1 is outside [0, 1]: set scale to the largest value.")]
    [InlineData("0,0\n-0.5,1\n", ":2: column 1: -0.5 / 1 is outside [0, 1]: features below 0 must be shifted: set scale_each: true")]
    [InlineData(",0,1\n0,0,1\n1,1,0\n", ":1: column 1 has no name: it is the index that pandas writes")]
    [InlineData("Unnamed: 0,a,label\n0,0,1\n", ":1: column 1 has no name")]
    [InlineData("label,a,class\n0,0,1\n", ":1: label and class may each be the class")]
    [InlineData("0,5;0,3;1\n", ":1: column 1: '0,5' is not a number: write decimals with a point.")]
    [InlineData("0,\"1\n1,1\n", ":1: column 2: its quote does not end")]
    [InlineData("0,\"1\"2\n1,1\n", ":1: column 2: its quote does not end")]
    [InlineData("0,cat\n1,3\n", ":2: column 2: 3 is a number, and the classes above have names")]
    [InlineData("0,cat\n1,\n", ":2: column 2: '' is not a number.")]
    [InlineData("0,1\n0,2\n0,1\n0,2\n1,1\n", " (training part): no sample has label 0, and classes count from 0: subtract 1")]
    [InlineData("0,0\n0,9000\n0,0\n0,9000\n1,0\n", " (training part): 2 of the classes 0 to 9000 occur: number them anew")]
    [InlineData("0,0\nNaN,1\n", ":2: column 1: NaN / 1 is outside [0, 1]")]
    [InlineData("0,0\n1,-1\n", ":2: column 2: the last column holds the class index, from 0, but this is -1.")]
    [InlineData("0,0\n1,0.5\n", ":2: column 2: the last column holds the class index")]
    [InlineData("0,0\n1,1e9\n", ":2: column 2: the last column holds the class index")]
    [InlineData("0,1\n", ": 1 sample(s): expected at least one to train on and one to test on.")]
    [InlineData("a,b\n", ": 0 sample(s)")]
    [InlineData("", ": is empty, or a device or pipe")]
    [InlineData("0,0\n0123456789012345678901234567890123456789xyz,1\n",
        ":2: column 1: '0123456789012345678901234567890123456789...' is not a number.")]
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

        Assert.Contains("device or pipe",
            Assert.Throws<LabException>(
                () => UserFile.Read<int>(Path.Combine(_folder.Path, path), _ => throw new InvalidOperationException())).Message,
            StringComparison.Ordinal);
        Assert.Contains("device or pipe",
            Assert.Throws<LabException>(() => new FileModel(Path.Combine(_folder.Path, path), new Cnn()).Sha256).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Data_that_memory_cannot_hold_is_refused_by_name()
    {
        UserFile.Fit(1000, "x.npz: x_train", memory: 1000);
        Assert.StartsWith(
            "x.npz: x_train: takes over 8.6 GB of memory, but there are 2.0:",
            Assert.Throws<LabException>(() => UserFile.Fit(8_600_000_000, "x.npz: x_train", memory: 2_000_000_000)).Message,
            StringComparison.Ordinal);
        var path = _folder.Write("data.csv", "0,0"u8);
        Assert.StartsWith(path + ": takes more memory",
            Assert.Throws<LabException>(() => UserFile.Read<int>(path, _ => throw new InsufficientMemoryException())).Message,
            StringComparison.Ordinal);
    }

    Task<Dataset> Load(string text, Func<string, CsvFile> source)
    {
        _folder.Write("data.csv", Encoding.UTF8.GetBytes(text));
        return Load(source);
    }

    async Task<Dataset> Load(Func<string, CsvFile> source) =>
        await source(_folder["data.csv"]).Load(RealData.DataFolder(), progress: null, CancellationToken.None);
}
