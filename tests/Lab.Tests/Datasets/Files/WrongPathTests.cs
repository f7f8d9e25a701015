using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;

namespace Grid.Lab.Tests.Datasets.Files;

/// <summary>Paths at which no file can be: every reader says what is there, and what to do.</summary>
public sealed class WrongPathTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Paths => new()
    {
        { "", "is empty: name the file" },
        { "FOLDER", "is a folder: name the file in it" },
        { "~/data.csv", "~ stands for nothing here" },
        { "https://example.org/data.csv", "is an address, and nothing is fetched" },
        { "none.csv", "a path counts from the folder in which grid is started" },
    };

    [Theory, MemberData(nameof(Paths))]
    public async Task Each_reader_says_why_no_file_is_there(string path, string why)
    {
        if (path == "FOLDER") path = _folder.Path;
        foreach (var read in new Func<Task>[]
        {
            () => new CsvFile(path).Load(DataFolder.FromEnvironment(download: false), null, default),
            () => new NpzFile(path).Load(DataFolder.FromEnvironment(download: false), null, default),
            () => Task.Run(() => new OnnxModel(path).Parameters(new(1, 8, 8), 10)),
            () => Task.Run(() => Safetensors.Read(path)),
            () => Task.Run(() => new OnnxModel(path).Sha256),
        }) Assert.Contains(why, (await Assert.ThrowsAsync<LabException>(read)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_in_place_of_the_folder_of_IDX_files_is_told()
    {
        var file = _folder.Write("train", "x"u8);
        Assert.Equal($"{file}: is a file: name the folder that holds the four files.", (await Assert.ThrowsAsync<LabException>(
            () => new IdxFolder(file).Load(DataFolder.FromEnvironment(download: false), null, default))).Message);
    }

    [Fact]
    public void What_a_file_holds_never_makes_a_message_long_or_moves_the_cursor()
    {
        var message = new LabException($"x.csv: '\u001b[2J\n\u2028{new string('a', 100_000)}' is no number.").Message;
        Assert.InRange(message.Length, 1000, 2010);
        Assert.StartsWith("x.csv: ' [2J  aaa", message, StringComparison.Ordinal);
        Assert.EndsWith("' is no number.", message, StringComparison.Ordinal);
    }
}
